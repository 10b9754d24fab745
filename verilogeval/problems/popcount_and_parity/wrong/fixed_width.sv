// Wrong: works on 16 bits whatever the parameter says.
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
        for (int i = 0; i < 16; i++)
            if (data[i] === 1'b1) count = count + 1'b1;
    end

    assign even_parity = ^data;
    assign odd_parity  = ~^data;
    assign majority    = count > 8;
endmodule
