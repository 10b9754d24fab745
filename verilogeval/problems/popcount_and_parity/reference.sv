module TopModule #(
    parameter int WIDTH = 16
) (
    input  logic [WIDTH-1:0]           data,
    output logic [$clog2(WIDTH+1)-1:0] count,
    output logic                       even_parity,
    output logic                       odd_parity,
    output logic                       majority
);
    always_comb begin
        count = '0;
        for (int i = 0; i < WIDTH; i++)
            if (data[i]) count = count + 1'b1;
    end

    assign even_parity = ^data;
    assign odd_parity  = ~^data;
    assign majority    = count > WIDTH / 2;
endmodule
