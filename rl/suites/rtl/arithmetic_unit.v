module $NAME (input [$W-1:0] a, b, input [2:0] op, output reg [$W-1:0] y, output zero, negative, parity);
  always @* case (op)
    3'd0: y = a + b;
    3'd1: y = a - b;
    3'd2: y = a & b;
    3'd3: y = a | ~b;
    3'd4: y = a ^ b;
    3'd5: y = {{$W-1{1'b0}}, $$signed(a) < $$signed(b)};
    3'd6: y = a + {b[$W-3:0], 2'b00};
    default: y = a < b ? a : b;
  endcase
  assign zero = y == 0;
  assign negative = y[$W-1];
  assign parity = ^y;
endmodule
