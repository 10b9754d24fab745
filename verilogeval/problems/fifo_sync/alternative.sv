// A shift register whose word 0 is the oldest, instead of a memory with two pointers.
module TopModule #(
    parameter WIDTH = 8,
    parameter DEPTH = 8
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire                       push,
    input  wire [WIDTH-1:0]           din,
    input  wire                       pop,
    output wire [WIDTH-1:0]           dout,
    output reg                        empty,
    output reg                        full,
    output reg  [$clog2(DEPTH+1)-1:0] count,
    output reg                        overflow,
    output reg                        underflow
);
    reg [WIDTH*DEPTH-1:0]     words;
    reg [WIDTH*DEPTH-1:0]     kept;
    reg [$clog2(DEPTH+1)-1:0] left;
    reg [$clog2(DEPTH+1)-1:0] total;

    // Freed places are filled with zeros, so an empty FIFO shows 0 by itself.
    assign dout = words[WIDTH-1:0];

    always @* begin
        kept  = words;
        left  = count;
        if (pop & ~empty) begin
            kept = words >> WIDTH;
            left = count - 1;
        end
        total = left;
        if (push & left != DEPTH) begin
            kept  = kept | ({{WIDTH*(DEPTH-1){1'b0}}, din} << (WIDTH * left));
            total = left + 1;
        end
    end

    always @(posedge clk) begin
        words     <= kept;
        count     <= total;
        empty     <= total == 0;
        full      <= total == DEPTH;
        overflow  <= push & full & ~pop;
        underflow <= pop & empty;
        if (rst) begin
            words     <= 0;
            count     <= 0;
            empty     <= 1'b1;
            full      <= 1'b0;
            overflow  <= 1'b0;
            underflow <= 1'b0;
        end
    end
endmodule
