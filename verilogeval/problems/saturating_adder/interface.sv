module TopModule (
    input  logic signed [7:0] a,
    input  logic signed [7:0] b,
    input  logic              subtract,
    output logic signed [7:0] result,
    output logic              overflow,
    output logic              negative
);
