// Binary to decimal (BCD) converter: 16 bits in, five digits out.
//
// Purely combinational: the "double dabble" method unrolled into a triangle of
// add-3 cells. Small enough that a search over it takes seconds, and regular
// enough that the written structure is far from the best one.
//
// Verilog-2005.

// One cell: a digit of 5 or more becomes 10 or more when doubled, and must then
// carry into the next digit; adding 3 before doubling does that.
module add3_if_5 (
    input  [3:0] in,
    output [3:0] out
);
    assign out = (in >= 4'd5) ? in + 4'd3 : in;
endmodule

module bin_to_bcd #(
    parameter WIDTH  = 16,
    parameter DIGITS = 5          // enough for 2**WIDTH - 1
) (
    input  [WIDTH-1:0]    bin,
    output [4*DIGITS-1:0] bcd
);
    // Row k holds the decimal digits of the k highest bits of the input.
    wire [4*DIGITS-1:0] row [0:WIDTH];

    assign row[0] = {(4*DIGITS){1'b0}};

    genvar k, d;
    generate
        for (k = 0; k < WIDTH; k = k + 1) begin : g_row
            wire [4*DIGITS-1:0] adjusted;

            for (d = 0; d < DIGITS; d = d + 1) begin : g_digit
                add3_if_5 cell_i (.in(row[k][4*d +: 4]), .out(adjusted[4*d +: 4]));
            end

            assign row[k+1] = {adjusted[4*DIGITS-2:0], bin[WIDTH-1-k]};
        end
    endgenerate

    assign bcd = row[WIDTH];
endmodule
