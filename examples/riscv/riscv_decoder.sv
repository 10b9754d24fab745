// Instruction decoder: control signals and the sign-extended immediate.

module riscv_decoder import riscv_pkg::*; #(
    parameter int REGISTERS = 16              // 16: RV32E, 32: RV32I
) (
    input  logic [31:0] instr,
    output logic        illegal,
    output control_t    control,
    output logic [31:0] immediate
);
    wire [6:0] opcode = instr[6:0];
    wire [2:0] funct3 = instr[14:12];
    wire [6:0] funct7 = instr[31:25];

    // Immediates by format; every format takes its sign from bit 31.
    wire [31:0] imm_i = {{20{instr[31]}}, instr[31:20]};
    wire [31:0] imm_s = {{20{instr[31]}}, instr[31:25], instr[11:7]};
    wire [31:0] imm_b = {{20{instr[31]}}, instr[7], instr[30:25], instr[11:8], 1'b0};
    wire [31:0] imm_u = {instr[31:12], 12'b0};
    wire [31:0] imm_j = {{12{instr[31]}}, instr[19:12], instr[20], instr[30:21], 1'b0};

    // Bit 30 selects SUB and SRA; any other use of funct7 is illegal here.
    wire is_shift     = (funct3 == 3'b001) || (funct3 == 3'b101);
    wire has_variant  = (funct3 == 3'b000) || (funct3 == 3'b101);
    wire funct7_zero  = funct7 == 7'b0000000;
    wire funct7_alt   = funct7 == 7'b0100000;
    wire op_legal     = funct7_zero || (funct7_alt && has_variant);
    wire op_imm_legal = !is_shift || funct7_zero || (funct7_alt && funct3 == 3'b101);
    wire load_legal   = (funct3 != 3'b011) && (funct3 != 3'b110) && (funct3 != 3'b111);
    wire store_legal  = funct3 < 3'b011;
    wire branch_legal = (funct3 != 3'b010) && (funct3 != 3'b011);
    wire is_break     = (instr[31:21] == 11'b0) && (instr[19:7] == 13'b0);

    wire [3:0] funct_op     = {funct7_alt, funct3};
    wire [3:0] funct_op_imm = {funct7_alt && is_shift, funct3};

    logic legal, uses_rs1, uses_rs2;

    always_comb begin
        legal                 = 1'b1;
        control               = '0;
        control.operand_a     = A_RS1;
        control.operand_b_imm = 1'b1;
        control.alu_op        = ALU_ADD;
        immediate             = imm_i;
        uses_rs1              = 1'b0;
        uses_rs2              = 1'b0;

        case (opcode)
            OPCODE_OP: begin
                legal                 = op_legal;
                control.write_rd      = 1'b1;
                control.operand_b_imm = 1'b0;
                control.alu_op        = funct_op;
                uses_rs1              = 1'b1;
                uses_rs2              = 1'b1;
            end
            OPCODE_OP_IMM: begin
                legal            = op_imm_legal;
                control.write_rd = 1'b1;
                control.alu_op   = funct_op_imm;
                uses_rs1         = 1'b1;
            end
            OPCODE_LOAD: begin
                legal            = load_legal;
                control.load     = 1'b1;
                control.write_rd = 1'b1;
                uses_rs1         = 1'b1;
            end
            OPCODE_STORE: begin
                legal         = store_legal;
                control.store = 1'b1;
                immediate     = imm_s;
                uses_rs1      = 1'b1;
                uses_rs2      = 1'b1;
            end
            OPCODE_BRANCH: begin
                legal                 = branch_legal;
                control.branch        = 1'b1;
                control.operand_b_imm = 1'b0;
                immediate             = imm_b;
                uses_rs1              = 1'b1;
                uses_rs2              = 1'b1;
            end
            OPCODE_JAL: begin
                control.jump     = 1'b1;
                control.write_rd = 1'b1;
                immediate        = imm_j;
            end
            OPCODE_JALR: begin
                legal              = funct3 == 3'b000;
                control.jump       = 1'b1;
                control.target_rs1 = 1'b1;
                control.write_rd   = 1'b1;
                uses_rs1           = 1'b1;
            end
            OPCODE_LUI: begin
                control.write_rd  = 1'b1;
                control.operand_a = A_ZERO;
                immediate         = imm_u;
            end
            OPCODE_AUIPC: begin
                control.write_rd  = 1'b1;
                control.operand_a = A_PC;
                immediate         = imm_u;
            end
            OPCODE_FENCE: begin
                // One hart and memory in order: nothing to wait for.
            end
            OPCODE_SYSTEM: begin
                legal          = is_break;  // no CSRs
                control.breaks = is_break;
            end
            default: legal = 1'b0;
        endcase
    end

    // Half the registers: a set top bit of a register number in use is illegal.
    wire no_such_register = (REGISTERS < 32)
                            && ((control.write_rd && instr[11])
                                || (uses_rs1 && instr[19]) || (uses_rs2 && instr[24]));

    assign illegal = !legal || no_such_register;
endmodule
