module $NAME (input [$W:0] word, output reg [$W:0] repaired, output single, twice);
  integer i, j;
  reg [$$clog2($W+1)-1:0] syndrome;
  always @* begin
    syndrome = 0;
    for (i = 1; i <= $W; i = i + 1) if (word[i]) syndrome = syndrome ^ i;
    repaired = word;
    if (^word) for (j = 0; j <= $W; j = j + 1) if (syndrome == j) repaired[j] = ~word[j];
  end
  assign single = ^word;
  assign twice = ~^word & |syndrome;
endmodule
