module $NAME (input [$W-1:0] data, input [$$clog2($W)-1:0] amount, input [1:0] mode, output reg [$W-1:0] result);
  always @* case (mode)
    2'd0: result = data << amount;
    2'd1: result = data >> amount;
    2'd2: result = $$signed(data) >>> amount;
    default: result = (data << amount) | (data >> ($W - amount));
  endcase
endmodule
