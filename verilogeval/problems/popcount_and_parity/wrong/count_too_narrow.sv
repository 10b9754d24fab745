// Wrong: the counter wraps to zero when all bits are one.
module TopModule #(
    parameter int WIDTH = 16
) (
    input  logic [WIDTH-1:0]           data,
    output logic [$clog2(WIDTH+1)-1:0] count,
    output logic                       even_parity,
    output logic                       odd_parity,
    output logic                       majority
);
    logic [(WIDTH > 1 ? $clog2(WIDTH) : 1)-1:0] total;

    always_comb begin
        total = '0;
        for (int i = 0; i < WIDTH; i++)
            if (data[i]) total = total + 1'b1;
    end

    assign count       = total;
    assign even_parity = ^data;
    assign odd_parity  = ~^data;
    assign majority    = count > WIDTH / 2;
endmodule
