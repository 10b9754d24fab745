// Arithmetic and logic unit with condition flags; one result per enabled clock.
//
// Addition, subtraction, comparison, minimum and maximum share one adder, and
// all four shifts share one right shifter, as a careful designer would write
// it: what is left for synthesis is the logic around them.
//
// Verilog-2005. Synchronous reset, active high. WIDTH must be a power of two.

module alu #(
    parameter WIDTH = 32
) (
    input                  clk,
    input                  rst,
    input                  en,
    input      [3:0]       op,
    input      [WIDTH-1:0] a,
    input      [WIDTH-1:0] b,
    output reg [WIDTH-1:0] y,
    output reg             zero,
    output reg             negative,
    output reg             carry,     // after SUB and SBC: 1 means no borrow
    output reg             overflow
);
    localparam SHIFT_BITS = $clog2(WIDTH);

    localparam OP_ADD  = 4'd0,  OP_SUB  = 4'd1,  OP_ADC = 4'd2,  OP_SBC  = 4'd3,
               OP_AND  = 4'd4,  OP_OR   = 4'd5,  OP_XOR = 4'd6,  OP_ANDN = 4'd7,
               OP_SLL  = 4'd8,  OP_SRL  = 4'd9,  OP_SRA = 4'd10, OP_ROR  = 4'd11,
               OP_SLT  = 4'd12, OP_SLTU = 4'd13, OP_MIN = 4'd14, OP_MAX  = 4'd15;

    function [WIDTH-1:0] reversed;
        input [WIDTH-1:0] x;
        integer i;
        for (i = 0; i < WIDTH; i = i + 1)
            reversed[i] = x[WIDTH-1-i];
    endfunction

    // Adder. A subtraction adds the complement of b and a carry of one; ADC and
    // SBC take the carry flag instead, so that wider numbers can be chained.
    wire             subtract   = (op != OP_ADD) && (op != OP_ADC);
    wire             with_carry = (op == OP_ADC) || (op == OP_SBC);
    wire             carry_in   = with_carry ? carry : subtract;
    wire [WIDTH-1:0] addend     = b ^ {WIDTH{subtract}};
    wire [WIDTH:0]   sum        = {1'b0, a} + {1'b0, addend}
                                  + {{WIDTH{1'b0}}, carry_in};
    wire             sum_overflow = (a[WIDTH-1] == addend[WIDTH-1])
                                    && (sum[WIDTH-1] != a[WIDTH-1]);
    wire             less_signed   = sum[WIDTH-1] ^ sum_overflow;
    wire             less_unsigned = ~sum[WIDTH];

    // Shifter. A left shift is a right shift of the reversed operand.
    wire [SHIFT_BITS-1:0] amount = b[SHIFT_BITS-1:0];
    wire [WIDTH-1:0]      operand = (op == OP_SLL) ? reversed(a) : a;
    wire [WIDTH-1:0]      fill    = (op == OP_ROR) ? a
                                  : {WIDTH{(op == OP_SRA) && a[WIDTH-1]}};
    wire [2*WIDTH-1:0]    shifted_wide = {fill, operand} >> amount;
    wire [WIDTH-1:0]      shifted = shifted_wide[WIDTH-1:0];

    reg [WIDTH-1:0] result;

    always @* begin
        case (op)
            OP_ADD, OP_SUB, OP_ADC, OP_SBC: result = sum[WIDTH-1:0];
            OP_AND:  result = a & b;
            OP_OR:   result = a | b;
            OP_XOR:  result = a ^ b;
            OP_ANDN: result = a & ~b;
            OP_SLL:  result = reversed(shifted);
            OP_SRL, OP_SRA, OP_ROR: result = shifted;
            OP_SLT:  result = {{(WIDTH-1){1'b0}}, less_signed};
            OP_SLTU: result = {{(WIDTH-1){1'b0}}, less_unsigned};
            OP_MIN:  result = less_signed ? a : b;
            default: result = less_signed ? b : a;   // OP_MAX
        endcase
    end

    always @(posedge clk) begin
        if (rst) begin
            y        <= {WIDTH{1'b0}};
            zero     <= 1'b0;
            negative <= 1'b0;
            carry    <= 1'b0;
            overflow <= 1'b0;
        end else if (en) begin
            y        <= result;
            zero     <= ~|result;
            negative <= result[WIDTH-1];
            if (op[3:2] == 2'b00) begin      // only ADD .. SBC touch these two
                carry    <= sum[WIDTH];
                overflow <= sum_overflow;
            end
        end
    end
endmodule
