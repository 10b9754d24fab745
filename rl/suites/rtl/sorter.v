module $NAME (input [4*$W-1:0] in, output [4*$W-1:0] out);
  wire [$W-1:0] a = in[0 +: $W], b = in[$W +: $W], c = in[2*$W +: $W], d = in[3*$W +: $W];
  wire [$W-1:0] ab0 = a < b ? a : b, ab1 = a < b ? b : a, cd0 = c < d ? c : d, cd1 = c < d ? d : c;
  wire [$W-1:0] low = ab0 < cd0 ? ab0 : cd0, x = ab0 < cd0 ? cd0 : ab0;
  wire [$W-1:0] y = ab1 < cd1 ? ab1 : cd1, high = ab1 < cd1 ? cd1 : ab1;
  assign out = {high, x < y ? y : x, x < y ? x : y, low};
endmodule
