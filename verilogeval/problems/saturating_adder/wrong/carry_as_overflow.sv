// Wrong: overflow is the unsigned carry.
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
    assign negative = exact[8];
    logic [8:0] unsigned_sum;
    assign unsigned_sum = subtract ? {1'b0, a} - {1'b0, b} : {1'b0, a} + {1'b0, b};
    assign overflow = unsigned_sum[8];
    assign result   = overflow ? {exact[8], {7{~exact[8]}}} : exact[7:0];
endmodule
