module $NAME (input [4*$W-1:0] a, b, input carry_in, output reg [4*$W-1:0] sum, output reg carry);
  integer i;
  reg [4:0] digit;
  always @* begin
    carry = carry_in;
    for (i = 0; i < $W; i = i + 1) begin
      digit = a[4*i +: 4] + b[4*i +: 4] + carry;
      carry = digit > 9;
      sum[4*i +: 4] = carry ? digit + 5'd6 : digit;
    end
  end
endmodule
