module $NAME (input [$W-1:0] request, pointer, input advance, output [$W-1:0] grant, next_pointer);
  wire [2*$W-1:0] twice = {request, request};
  wire [2*$W-1:0] chosen = twice & ~(twice - {{$W{1'b0}}, pointer});
  assign grant = chosen[$W-1:0] | chosen[2*$W-1:$W];
  assign next_pointer = advance & |request ? {grant[$W-2:0], grant[$W-1]} : pointer;
endmodule
