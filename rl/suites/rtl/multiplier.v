module $NAME (input [$W-1:0] a, b, output [2*$W-1:0] product);
  assign product = a * b;
endmodule
