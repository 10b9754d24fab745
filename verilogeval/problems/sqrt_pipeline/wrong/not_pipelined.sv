// Wrong: a number is ignored while another one is in the pipeline.
module TopModule #(
    parameter int WIDTH = 16
) (
    input  logic               clk,
    input  logic               rst_n,
    input  logic               ce,
    input  logic               in_valid,
    input  logic [WIDTH-1:0]   radicand,
    output logic               out_valid,
    output logic [WIDTH/2-1:0] root,
    output logic [WIDTH/2:0]   remainder
);
    localparam int STAGES = WIDTH / 2;

    // Stage s has decided the s highest bits of the root, one pair of radicand bits for each.
    logic [STAGES:1]   valids;
    logic [WIDTH-1:0]  left  [0:STAGES];    // radicand bits still to use, at the top
    logic [STAGES-1:0] roots [0:STAGES];
    logic [STAGES:0]   rests [0:STAGES];

    always_comb begin
        left[0]  = radicand;
        roots[0] = '0;
        rests[0] = '0;
    end

    generate
        for (genvar s = 1; s <= STAGES; s++) begin : stage
            // Digit by digit, as on paper: bring down two bits, try to subtract 4*root + 1.
            wire [STAGES+2:0] brought = {rests[s-1], left[s-1][WIDTH-1:WIDTH-2]};
            wire [STAGES+2:0] trial   = {1'b0, roots[s-1], 2'b01};
            wire [STAGES+2:0] rest    = brought - trial;
            wire              fits    = brought >= trial;

            always_ff @(posedge clk)
                if (ce) begin
                    left[s]  <= left[s-1] << 2;
                    roots[s] <= {roots[s-1][STAGES-2:0], fits};
                    rests[s] <= fits ? rest[STAGES:0] : brought[STAGES:0];
                end
        end
    endgenerate

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n)  valids <= '0;
        else if (ce) valids <= {valids[STAGES-1:1], in_valid && valids[STAGES-1:1] == 0};
    end

    assign out_valid = valids[STAGES];
    assign root      = roots[STAGES];
    assign remainder = rests[STAGES];
endmodule
