// Wrong: negative is the sign of the sum after it wrapped around.
module TopModule (
    input  logic signed [7:0] a,
    input  logic signed [7:0] b,
    input  logic              subtract,
    output logic signed [7:0] result,
    output logic              overflow,
    output logic              negative
);
    logic signed [8:0] wide_a, wide_b, exact;

    assign wide_a   = {a[7], a};
    assign wide_b   = {b[7], b};
    assign exact    = subtract ? wide_a - wide_b : wide_a + wide_b;
    assign negative = exact[7];
    assign overflow = exact[8] != exact[7];
    assign result   = overflow ? {exact[8], {7{~exact[8]}}} : exact[7:0];
endmodule
