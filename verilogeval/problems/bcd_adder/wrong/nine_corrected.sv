// Wrong: a digit sum of nine is already corrected.
module TopModule (
    input  logic [7:0] a,
    input  logic [7:0] b,
    input  logic       carry_in,
    output logic [7:0] sum,
    output logic       carry_out,
    output logic       invalid
);
    logic [4:0] ones, tens, ones_fixed, tens_fixed;
    logic       carry;

    assign ones       = 5'(a[3:0]) + 5'(b[3:0]) + 5'(carry_in);
    assign carry      = ones >= 5'd9;
    assign ones_fixed = carry ? ones + 5'd6 : ones;
    assign tens       = 5'(a[7:4]) + 5'(b[7:4]) + 5'(carry);
    assign tens_fixed = tens > 5'd9 ? tens + 5'd6 : tens;

    assign invalid   = a[3:0] > 4'd9 || a[7:4] > 4'd9 || b[3:0] > 4'd9 || b[7:4] > 4'd9;
    assign sum       = invalid ? 8'h00 : {tens_fixed[3:0], ones_fixed[3:0]};
    assign carry_out = !invalid && tens > 5'd9;
endmodule
