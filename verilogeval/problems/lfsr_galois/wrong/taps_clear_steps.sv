// Wrong: loading taps clears the number of steps.
module TopModule #(
    parameter int WIDTH = 8,
    parameter int TAPS  = 184
) (
    input  logic             clk,
    input  logic             rst,
    input  logic             load_taps,
    input  logic             load_seed,
    input  logic [WIDTH-1:0] data,
    input  logic             enable,
    output logic [WIDTH-1:0] state,
    output logic             stuck,
    output logic [7:0]       steps
);
    logic [WIDTH-1:0] taps;

    assign stuck = state == '0;

    always_ff @(posedge clk) begin
        if (rst) begin
            state <= WIDTH'(1);
            taps  <= WIDTH'(TAPS);
            steps <= 8'd0;
        end else if (load_taps || load_seed) begin
            if (load_taps) begin
                taps  <= data;
                steps <= 8'd0;
            end
            if (load_seed) begin
                state <= data;
                steps <= 8'd0;
            end
        end else if (enable) begin
            steps <= steps + 8'd1;
            if (stuck)
                state <= WIDTH'(1);
            else
                state <= (state >> 1) ^ (state[0] ? taps : '0);
        end
    end
endmodule
