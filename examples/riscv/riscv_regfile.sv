// Register file of flip-flops: two read ports, one write port. Register 0 is
// not stored. There is no reset, as the architecture defines no initial values.

module riscv_regfile #(
    parameter  int REGISTERS = 16,
    localparam int INDEX     = $clog2(REGISTERS)
) (
    input  logic             clk,
    input  logic             write,
    input  logic [INDEX-1:0] rd,
    input  logic [31:0]      rd_data,
    input  logic [INDEX-1:0] rs1,
    output logic [31:0]      rs1_data,
    input  logic [INDEX-1:0] rs2,
    output logic [31:0]      rs2_data
);
    logic [REGISTERS-1:1][31:0] x;
    wire  [REGISTERS-1:0][31:0] readable = {x, 32'b0};

    for (genvar i = 1; i < REGISTERS; i++) begin : g_register
        always_ff @(posedge clk)
            if (write && rd == i) x[i] <= rd_data;
    end

    assign rs1_data = readable[rs1];
    assign rs2_data = readable[rs2];
endmodule
