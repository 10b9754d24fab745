// Wrong: the digit sum is taken in four bits, so 16 to 19 need no correction.
module TopModule (
    input  logic [7:0] a,
    input  logic [7:0] b,
    input  logic       carry_in,
    output logic [7:0] sum,
    output logic       carry_out,
    output logic       invalid
);
    logic [3:0] ones, tens;
    logic [4:0] ones_fixed, tens_fixed;
    logic       carry;

    assign ones       = a[3:0] + b[3:0] + {3'd0, carry_in};
    assign carry      = ones > 4'd9;
    assign ones_fixed = carry ? ones + 4'd6 : ones;
    assign tens       = a[7:4] + b[7:4] + {3'd0, carry};
    assign tens_fixed = tens > 4'd9 ? tens + 4'd6 : tens;

    assign invalid   = a[3:0] > 4'd9 || a[7:4] > 4'd9 || b[3:0] > 4'd9 || b[7:4] > 4'd9;
    assign sum       = invalid ? 8'h00 : {tens_fixed[3:0], ones_fixed[3:0]};
    assign carry_out = !invalid && tens > 4'd9;
endmodule
