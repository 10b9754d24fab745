// Encodings and types shared by the modules of the core.

package riscv_pkg;
    // Bits 6:0 of an instruction.
    typedef enum logic [6:0] {
        OPCODE_LOAD   = 7'b0000011,
        OPCODE_FENCE  = 7'b0001111,
        OPCODE_OP_IMM = 7'b0010011,
        OPCODE_AUIPC  = 7'b0010111,
        OPCODE_STORE  = 7'b0100011,
        OPCODE_OP     = 7'b0110011,
        OPCODE_LUI    = 7'b0110111,
        OPCODE_BRANCH = 7'b1100011,
        OPCODE_JALR   = 7'b1100111,
        OPCODE_JAL    = 7'b1101111,
        OPCODE_SYSTEM = 7'b1110011
    } opcode_t;

    // The low three bits are funct3 of the OP and OP-IMM instructions; the top
    // bit tells SUB from ADD and SRA from SRL, as bit 30 of an instruction does.
    typedef enum logic [3:0] {
        ALU_ADD  = 4'b0000,
        ALU_SLL  = 4'b0001,
        ALU_SLT  = 4'b0010,
        ALU_SLTU = 4'b0011,
        ALU_XOR  = 4'b0100,
        ALU_SRL  = 4'b0101,
        ALU_OR   = 4'b0110,
        ALU_AND  = 4'b0111,
        ALU_SUB  = 4'b1000,
        ALU_SRA  = 4'b1101
    } alu_op_t;

    typedef enum logic [1:0] {A_RS1, A_PC, A_ZERO} operand_a_t;

    // What a legal instruction asks of the datapath.
    typedef struct packed {
        logic       breaks;        // ECALL or EBREAK: stop here
        logic       branch;
        logic       jump;          // JAL or JALR
        logic       target_rs1;    // jump target is relative to rs1, not to pc
        logic       load;
        logic       store;
        logic       write_rd;
        operand_a_t operand_a;
        logic       operand_b_imm;
        logic [3:0] alu_op;        // one of alu_op_t
    } control_t;

    // Why the core stopped, if it did.
    typedef enum logic [1:0] {
        RUNNING,
        HALT_BREAK,
        HALT_ILLEGAL,
        HALT_MISALIGNED
    } status_t;
endpackage
