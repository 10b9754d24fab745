module $NAME (input [$W-1:0] a, b, input subtract, output [$W-1:0] sum, output carry, overflow, zero);
  wire [$W-1:0] operand = b ^ {$W{subtract}};
  assign {carry, sum} = a + operand + subtract;
  assign overflow = (a[$W-1] == operand[$W-1]) && (sum[$W-1] != a[$W-1]);
  assign zero = sum == 0;
endmodule
