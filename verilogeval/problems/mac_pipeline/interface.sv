module TopModule #(
    parameter int WIDTH     = 8,
    parameter int ACC_WIDTH = 18
) (
    input  logic                        clk,
    input  logic                        rst,
    input  logic                        in_valid,
    input  logic                        in_first,
    input  logic signed [WIDTH-1:0]     a,
    input  logic signed [WIDTH-1:0]     b,
    output logic                        out_valid,
    output logic signed [ACC_WIDTH-1:0] acc,
    output logic                        saturated
);
