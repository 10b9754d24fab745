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
