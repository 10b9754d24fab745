// Two-stage RV32E core (RV32I with REGISTERS = 32): fetch | execute.
//
// Execute decodes, reads registers, computes, accesses memory and writes back in
// one cycle; a taken branch or jump costs one more, for the instruction fetched
// behind it. No interrupts or CSRs: ECALL, EBREAK, an illegal instruction or a
// misaligned access stops the core, and `status` says which.
//
// Both memory ports expect an answer in the same cycle, or `ready` low until
// there is one. Synchronous reset, active low.

module riscv_core import riscv_pkg::*; #(
    parameter int          REGISTERS = 16,
    parameter logic [31:0] RESET_PC  = 32'h0000_0000
) (
    input  logic        clk,
    input  logic        rst_n,

    output logic [31:0] imem_addr,
    input  logic        imem_ready,
    input  logic [31:0] imem_rdata,

    output logic        dmem_valid,
    output logic [3:0]  dmem_write,     // byte enables; 0 is a read
    output logic [31:0] dmem_addr,      // of a word
    output logic [31:0] dmem_wdata,
    input  logic        dmem_ready,
    input  logic [31:0] dmem_rdata,

    output status_t     status
);
    localparam int INDEX = $clog2(REGISTERS);

    // Fetch
    logic [31:0] fetch_pc;
    logic        valid;                        // execute holds an instruction
    logic [31:0] pc, instr;
    logic        redirect, stall;
    logic [31:0] target;

    assign imem_addr = fetch_pc;

    always_ff @(posedge clk) begin
        if (!rst_n) begin
            fetch_pc <= RESET_PC;
            valid    <= 1'b0;
            pc       <= '0;
            instr    <= '0;
        end else if (redirect) begin
            fetch_pc <= target;
            valid    <= 1'b0;
        end else if (!stall) begin
            valid <= imem_ready;
            if (imem_ready) begin
                fetch_pc <= fetch_pc + 32'd4;
                pc       <= fetch_pc;
                instr    <= imem_rdata;
            end
        end
    end

    // Decode and register read
    control_t            control;
    logic                illegal;
    logic [31:0]         immediate, rs1_data, rs2_data, rd_data;
    logic                write_rd;
    wire  [2:0]          funct3 = instr[14:12];

    riscv_decoder #(.REGISTERS(REGISTERS)) decoder (
        .instr(instr), .illegal(illegal), .control(control), .immediate(immediate)
    );

    riscv_regfile #(.REGISTERS(REGISTERS)) regfile (
        .clk(clk),
        .write(write_rd), .rd(instr[7 +: INDEX]), .rd_data(rd_data),
        .rs1(instr[15 +: INDEX]), .rs1_data(rs1_data),
        .rs2(instr[20 +: INDEX]), .rs2_data(rs2_data)
    );

    // Execute
    logic [31:0] operand_a, operand_b, result;
    logic        equal, less, less_unsigned;

    assign operand_a = (control.operand_a == A_PC)   ? pc
                     : (control.operand_a == A_ZERO) ? '0 : rs1_data;
    assign operand_b = control.operand_b_imm ? immediate : rs2_data;

    riscv_alu alu (
        .op(control.alu_op), .a(operand_a), .b(operand_b), .result(result),
        .equal(equal), .less(less), .less_unsigned(less_unsigned)
    );

    // funct3 of a branch: bit 2 less-than instead of equal, bit 1 unsigned,
    // bit 0 inverts.
    wire condition = funct3[2] ? (funct3[1] ? less_unsigned : less) : equal;
    wire taken     = control.jump || (control.branch && (condition ^ funct3[0]));

    wire [31:0] target_base = control.target_rs1 ? rs1_data : pc;
    wire [31:0] target_sum  = target_base + immediate;
    assign target = {target_sum[31:1], 1'b0};

    // Memory
    logic        access_misaligned;
    logic [3:0]  byte_enable;
    logic [31:0] load_data;

    riscv_lsu lsu (
        .offset(result[1:0]), .funct3(funct3), .store_data(rs2_data),
        .mem_rdata(dmem_rdata), .misaligned(access_misaligned),
        .byte_enable(byte_enable), .mem_wdata(dmem_wdata), .load_data(load_data)
    );

    wire memory     = control.load || control.store;
    wire misaligned = (memory && access_misaligned) || (taken && target[1]);
    wire active     = valid && (status == RUNNING);
    wire halts      = illegal || control.breaks || misaligned;
    wire executes   = active && !halts;

    assign dmem_valid = executes && memory;
    assign dmem_write = control.store ? byte_enable : '0;
    assign dmem_addr  = {result[31:2], 2'b00};
    assign stall      = dmem_valid && !dmem_ready;
    assign redirect   = executes && taken;

    // Write back
    wire [31:0] return_pc = pc + 32'd4;

    assign write_rd = executes && control.write_rd && !stall;
    assign rd_data  = control.load ? load_data : control.jump ? return_pc : result;

    always_ff @(posedge clk) begin
        if (!rst_n)
            status <= RUNNING;
        else if (active && halts)
            status <= illegal ? HALT_ILLEGAL
                    : control.breaks  ? HALT_BREAK
                    :                   HALT_MISALIGNED;
    end
endmodule
