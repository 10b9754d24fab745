module $NAME (input signed [$W-1:0] a, b, input signed [2*$W-1:0] c, output signed [2*$W:0] result);
  assign result = a * b + c;
endmodule
