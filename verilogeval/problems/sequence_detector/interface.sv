module TopModule (
    input  logic       clk,
    input  logic       rst,
    input  logic       load,
    input  logic [7:0] pattern,
    input  logic [3:0] length,
    input  logic       overlap,
    input  logic       valid,
    input  logic       din,
    output logic       found,
    output logic [7:0] total
);
