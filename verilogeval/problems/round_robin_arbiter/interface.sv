module TopModule #(
    parameter int N = 4
) (
    input  logic                 clk,
    input  logic                 rst,
    input  logic [N-1:0]         req,
    input  logic                 ack,
    output logic [N-1:0]         grant,
    output logic [$clog2(N)-1:0] grant_index,
    output logic                 grant_valid
);
