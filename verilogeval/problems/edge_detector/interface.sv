module TopModule (
    input  logic clk,
    input  logic rst_n,
    input  logic signal,
    output logic level,
    output logic rising,
    output logic falling,
    output logic any_edge
);
