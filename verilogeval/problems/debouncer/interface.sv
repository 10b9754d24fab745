module TopModule #(
    parameter int STABLE = 4
) (
    input  logic clk,
    input  logic rst,
    input  logic tick,
    input  logic noisy,
    output logic clean,
    output logic changed
);
