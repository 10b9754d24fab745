// Integer unit. The comparisons are outputs of their own, because branches need
// them while the result port is not in use.

module riscv_alu import riscv_pkg::*; (
    input  logic [3:0]  op,           // one of alu_op_t
    input  logic [31:0] a,
    input  logic [31:0] b,
    output logic [31:0] result,
    output logic        equal,
    output logic        less,
    output logic        less_unsigned
);
    wire [32:0] difference = {1'b0, a} - {1'b0, b};
    wire        sign_a     = a[31];
    wire        sign_b     = b[31];

    assign equal         = a == b;
    assign less_unsigned = difference[32];
    assign less          = (sign_a == sign_b) ? difference[32] : sign_a;

    wire [4:0]  amount      = b[4:0];
    wire        fill        = (op == ALU_SRA) && sign_a;
    wire [63:0] right_wide  = {{32{fill}}, a} >> amount;
    wire [31:0] right       = right_wide[31:0];
    wire [31:0] subtraction = difference[31:0];

    always_comb begin
        case (op)
            ALU_SUB:  result = subtraction;
            ALU_SLL:  result = a << amount;
            ALU_SLT:  result = {31'b0, less};
            ALU_SLTU: result = {31'b0, less_unsigned};
            ALU_XOR:  result = a ^ b;
            ALU_SRL:  result = right;
            ALU_SRA:  result = right;
            ALU_OR:   result = a | b;
            ALU_AND:  result = a & b;
            default:  result = a + b;
        endcase
    end
endmodule
