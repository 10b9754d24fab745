// Converts to binary, adds, and converts back.
module TopModule (
    input  wire [7:0] a,
    input  wire [7:0] b,
    input  wire       carry_in,
    output reg  [7:0] sum,
    output reg        carry_out,
    output reg        invalid
);
    function [7:0] binary;
        input [7:0] digits;
        binary = digits[7:4] * 8'd10 + digits[3:0];
    endfunction

    function wrong;
        input [3:0] digit;
        wrong = digit[3] & (digit[2] | digit[1]);
    endfunction

    reg [7:0] total;
    always @(*) begin
        total     = binary(a) + binary(b) + carry_in;
        carry_out = 1'b0;
        if (total >= 8'd100) begin
            carry_out = 1'b1;
            total     = total - 8'd100;
        end
        sum     = {4'(total / 8'd10), 4'(total % 8'd10)};
        invalid = wrong(a[7:4]) | wrong(a[3:0]) | wrong(b[7:4]) | wrong(b[3:0]);
        if (invalid) begin
            sum       = 8'd0;
            carry_out = 1'b0;
        end
    end
endmodule
