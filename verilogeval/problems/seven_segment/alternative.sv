// For each segment the set of digits that light it, and masks instead of priorities.
module TopModule (
    input  wire [3:0] digit,
    input  wire       point,
    input  wire       blank,
    input  wire       lamp_test,
    input  wire       zero_in,
    output wire [6:0] segments,
    output wire       point_out,
    output wire       zero_out
);
    wire [15:0] a = 16'b1101_0111_1110_1101;
    wire [15:0] b = 16'b0010_0111_1001_1111;
    wire [15:0] c = 16'b0010_1111_1111_1011;
    wire [15:0] d = 16'b0111_1011_0110_1101;
    wire [15:0] e = 16'b1111_1101_0100_0101;
    wire [15:0] f = 16'b1101_1111_0111_0001;
    wire [15:0] g = 16'b1110_1111_0111_1100;
    wire [6:0]  shape = {g[digit], f[digit], e[digit], d[digit], c[digit], b[digit], a[digit]};
    wire        dark = blank | zero_out;

    assign zero_out  = ~|{digit, point, ~zero_in};
    assign segments  = (shape & {7{~dark}}) | {7{lamp_test}};
    assign point_out = (point & ~dark) | lamp_test;
endmodule
