// A chain of partial sums in a generate loop; parity is the sum's lowest bit.
module TopModule #(
    parameter WIDTH = 16
) (
    input  wire [WIDTH-1:0]           data,
    output wire [$clog2(WIDTH+1)-1:0] count,
    output wire                       even_parity,
    output wire                       odd_parity,
    output wire                       majority
);
    wire [7:0] sums [0:WIDTH];
    wire [7:0] zeros;

    assign sums[0] = 8'd0;
    genvar i;
    generate
        for (i = 0; i < WIDTH; i = i + 1) begin : chain
            assign sums[i+1] = sums[i] + {7'd0, data[i]};
        end
    endgenerate

    assign count       = sums[WIDTH];
    assign zeros       = WIDTH - sums[WIDTH];
    assign even_parity = sums[WIDTH] % 2 == 1;
    assign odd_parity  = !even_parity;
    assign majority    = sums[WIDTH] > zeros;
endmodule
