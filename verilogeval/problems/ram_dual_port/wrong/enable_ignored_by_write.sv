// Wrong: a write happens without the port's enable.
module TopModule #(
    parameter int WIDTH      = 8,
    parameter int ADDR_WIDTH = 4
) (
    input  logic                  clk,
    input  logic                  a_en,
    input  logic                  a_we,
    input  logic [ADDR_WIDTH-1:0] a_addr,
    input  logic [WIDTH-1:0]      a_wdata,
    output logic [WIDTH-1:0]      a_rdata,
    input  logic                  b_en,
    input  logic                  b_we,
    input  logic [ADDR_WIDTH-1:0] b_addr,
    input  logic [WIDTH-1:0]      b_wdata,
    output logic [WIDTH-1:0]      b_rdata
);
    logic [WIDTH-1:0] words [0:2**ADDR_WIDTH-1];

    always_ff @(posedge clk) begin
        if (b_we && !(a_we && a_addr == b_addr)) words[b_addr] <= b_wdata;
        if (b_en) begin
            b_rdata <= b_we ? b_wdata : words[b_addr];
        end
        // The later of two assignments to one word decides, hence port A below port B.
        if (a_we) words[a_addr] <= a_wdata;
        if (a_en) begin
            a_rdata <= a_we ? a_wdata : words[a_addr];
        end
    end
endmodule
