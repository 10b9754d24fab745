// Comparisons of integers instead of inspecting sign bits.
module TopModule (
    input  wire [7:0] a,
    input  wire [7:0] b,
    input  wire       subtract,
    output reg  [7:0] result,
    output reg        overflow,
    output reg        negative
);
    integer exact;

    always @* begin
        if (subtract)
            exact = $signed(a) - $signed(b);
        else
            exact = $signed(a) + $signed(b);

        negative = exact < 0;
        overflow = 1'b1;
        if (exact > 127)
            result = 8'h7f;
        else if (exact < -128)
            result = 8'h80;
        else begin
            result   = exact;
            overflow = 1'b0;
        end
    end
endmodule
