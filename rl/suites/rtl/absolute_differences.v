module $NAME (input [4*$W-1:0] a, b, output [$W+1:0] sum);
  wire [$W-1:0] d0 = a[0 +: $W] > b[0 +: $W] ? a[0 +: $W] - b[0 +: $W] : b[0 +: $W] - a[0 +: $W];
  wire [$W-1:0] d1 = a[$W +: $W] > b[$W +: $W] ? a[$W +: $W] - b[$W +: $W] : b[$W +: $W] - a[$W +: $W];
  wire [$W-1:0] d2 = a[2*$W +: $W] > b[2*$W +: $W] ? a[2*$W +: $W] - b[2*$W +: $W] : b[2*$W +: $W] - a[2*$W +: $W];
  wire [$W-1:0] d3 = a[3*$W +: $W] > b[3*$W +: $W] ? a[3*$W +: $W] - b[3*$W +: $W] : b[3*$W +: $W] - a[3*$W +: $W];
  assign sum = d0 + d1 + d2 + d3;
endmodule
