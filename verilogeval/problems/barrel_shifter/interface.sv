module TopModule (
    input  logic [15:0] data,
    input  logic [3:0]  amount,
    input  logic [1:0]  mode,
    output logic [15:0] result,
    output logic        last,
    output logic        zero
);
