// Wrong: a value written to register 0 is forwarded to its readers.
module TopModule #(
    parameter int WIDTH = 32,
    parameter int REGS  = 32
) (
    input  logic                    clk,
    input  logic                    rst,
    input  logic [$clog2(REGS)-1:0] waddr,
    input  logic [WIDTH-1:0]        wdata,
    input  logic [WIDTH/8-1:0]      wbe,
    input  logic [$clog2(REGS)-1:0] raddr0,
    output logic [WIDTH-1:0]        rdata0,
    input  logic [$clog2(REGS)-1:0] raddr1,
    output logic [WIDTH-1:0]        rdata1
);
    logic [WIDTH-1:0] regs [0:REGS-1];
    logic [WIDTH-1:0] mask;
    integer           i;

    always_comb
        for (int b = 0; b < WIDTH; b++) mask[b] = wbe[b/8];

    wire             write  = !rst;
    wire [WIDTH-1:0] merged = (wdata & mask) | (regs[waddr] & ~mask);

    assign rdata0 = raddr0 == 0 && wbe == 0   ? '0
                  : write && raddr0 == waddr  ? merged
                  :                             regs[raddr0];
    assign rdata1 = raddr1 == 0 && wbe == 0   ? '0
                  : write && raddr1 == waddr  ? merged
                  :                             regs[raddr1];

    always_ff @(posedge clk) begin
        if (rst)
            for (i = 0; i < REGS; i = i + 1) regs[i] <= '0;
        else if (write)
            regs[waddr] <= merged;
    end
endmodule
