module TopModule #(
    parameter int WIDTH = 16
) (
    input  logic               clk,
    input  logic               rst_n,
    input  logic               ce,
    input  logic               in_valid,
    input  logic [WIDTH-1:0]   radicand,
    output logic               out_valid,
    output logic [WIDTH/2-1:0] root,
    output logic [WIDTH/2:0]   remainder
);
