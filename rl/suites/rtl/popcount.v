module $NAME (input [$W-1:0] bits, input [$$clog2($W+1)-1:0] limit, output reg [$$clog2($W+1)-1:0] count, output above);
  integer i;
  always @* begin
    count = 0;
    for (i = 0; i < $W; i = i + 1) count = count + bits[i];
  end
  assign above = count > limit;
endmodule
