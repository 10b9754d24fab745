module TopModule #(
    parameter int GREEN_TICKS = 8,
    parameter int WALK_TICKS  = 5
) (
    input  logic clk,
    input  logic rst,
    input  logic tick,
    input  logic request,
    output logic red,
    output logic yellow,
    output logic green,
    output logic walk,
    output logic flash,
    output logic pending
);
