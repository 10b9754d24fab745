module TopModule #(
    parameter int WIDTH = 16
) (
    input  logic [WIDTH-1:0]           data,
    output logic [$clog2(WIDTH+1)-1:0] count,
    output logic                       even_parity,
    output logic                       odd_parity,
    output logic                       majority
);
