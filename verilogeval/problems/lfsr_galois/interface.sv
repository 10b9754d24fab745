module TopModule #(
    parameter int WIDTH = 8,
    parameter int TAPS  = 184
) (
    input  logic             clk,
    input  logic             rst,
    input  logic             load_taps,
    input  logic             load_seed,
    input  logic [WIDTH-1:0] data,
    input  logic             enable,
    output logic [WIDTH-1:0] state,
    output logic             stuck,
    output logic [7:0]       steps
);
