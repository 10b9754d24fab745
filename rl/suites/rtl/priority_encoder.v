module $NAME (input [$W-1:0] request, mask, output reg [$$clog2($W)-1:0] index, output reg [$W-1:0] grant, output any);
  integer i;
  wire [$W-1:0] open = request & ~mask;
  always @* begin
    index = 0;
    grant = 0;
    for (i = $W - 1; i >= 0; i = i - 1) if (open[i]) begin
      index = i;
      grant = 1'b1 << i;
    end
  end
  assign any = |open;
endmodule
