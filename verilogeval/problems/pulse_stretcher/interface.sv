module TopModule #(
    parameter int LENGTH = 5
) (
    input  logic       clk,
    input  logic       rst_n,
    input  logic       trigger,
    input  logic       retrigger,
    output logic       pulse,
    output logic [7:0] remaining
);
