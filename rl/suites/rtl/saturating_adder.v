module $NAME (input signed [$W-1:0] a, b, input is_signed, output reg [$W-1:0] sum);
  wire [$W:0] wide = {is_signed & a[$W-1], a} + {is_signed & b[$W-1], b};
  always @* begin
    sum = wide[$W-1:0];
    if (is_signed & (wide[$W] != wide[$W-1])) sum = {wide[$W], {$W-1{~wide[$W]}}};
    if (!is_signed & wide[$W]) sum = {$W{1'b1}};
  end
endmodule
