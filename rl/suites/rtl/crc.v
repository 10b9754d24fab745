module $NAME (input [$W-1:0] state, input [$D-1:0] data, output reg [$W-1:0] next);
  integer i;
  always @* begin
    next = state;
    for (i = $D - 1; i >= 0; i = i - 1)
      next = {next[$W-2:0], 1'b0} ^ (next[$W-1] ^ data[i] ? $W'h$POLY : {$W{1'b0}});
  end
endmodule
