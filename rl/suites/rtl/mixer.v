module $NAME (input [$W-1:0] a, b, c, d, input [$W-1:0] key, output [$W-1:0] p, q, r, s);
  wire [$W-1:0] choose = (b & c) ^ (~b & d), most = (a & b) ^ (a & c) ^ (b & c);
  wire [$W-1:0] turned = {a[2:0], a[$W-1:3]} ^ {a[$W-2:0], a[$W-1]};
  wire [$W-1:0] first = d + turned + choose + key;
  assign p = first + most;
  assign q = a ^ {first[4:0], first[$W-1:5]};
  assign r = b + first;
  assign s = c;
endmodule
