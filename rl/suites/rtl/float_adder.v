module $NAME (input [$E+$M:0] a, b, output reg [$E+$M:0] sum);
  wire swap = b[$E+$M-1:0] > a[$E+$M-1:0];
  wire [$E+$M:0] big = swap ? b : a, small = swap ? a : b;
  wire [$E-1:0] shift = big[$M +: $E] - small[$M +: $E];
  wire [$M+3:0] left = {1'b0, |big[$M +: $E], big[$M-1:0], 2'b00};
  wire [$M+3:0] right = {1'b0, |small[$M +: $E], small[$M-1:0], 2'b00} >> shift;
  reg [$M+3:0] total;
  reg [$E-1:0] exponent;
  integer i;
  always @* begin
    total = big[$E+$M] == small[$E+$M] ? left + right : left - right;
    exponent = big[$M +: $E];
    if (total[$M+3]) begin
      total = total >> 1;
      exponent = exponent + 1;
    end
    for (i = 0; i < $M + 2; i = i + 1) if (!total[$M+2] && exponent != 0) begin
      total = total << 1;
      exponent = exponent - 1;
    end
    sum = {big[$E+$M], exponent, total[$M+1:2]};
  end
endmodule
