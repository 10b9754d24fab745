// Bit by bit, with a next-state function in one combinational block.
module TopModule #(
    parameter WIDTH = 8,
    parameter TAPS  = 184
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             load_taps,
    input  wire             load_seed,
    input  wire [WIDTH-1:0] data,
    input  wire             enable,
    output reg  [WIDTH-1:0] state,
    output wire             stuck,
    output reg  [7:0]       steps
);
    reg  [WIDTH-1:0] taps, next;
    wire             step = enable & ~load_taps & ~load_seed;
    integer          i;

    assign stuck = ~|state;

    always @* begin
        for (i = 0; i < WIDTH; i = i + 1) begin
            next[i] = taps[i] & state[0];
            if (i + 1 < WIDTH)
                next[i] = next[i] ^ state[(i + 1) % WIDTH];
        end
        next[0] = next[0] | stuck;
    end

    always @(posedge clk) taps <= rst ? TAPS : load_taps ? data : taps;

    always @(posedge clk)
        if (rst)
            state <= 1;
        else if (load_seed)
            state <= data;
        else if (step)
            state <= next;

    always @(posedge clk)
        if (rst || load_seed)
            steps <= 0;
        else
            steps <= steps + {7'd0, step};
endmodule
