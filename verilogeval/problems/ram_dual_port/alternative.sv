// Plain read-old RAM registers, with the write-first value chosen behind them.
module TopModule #(
    parameter WIDTH      = 8,
    parameter ADDR_WIDTH = 4
) (
    input  wire                  clk,
    input  wire                  a_en,
    input  wire                  a_we,
    input  wire [ADDR_WIDTH-1:0] a_addr,
    input  wire [WIDTH-1:0]      a_wdata,
    output wire [WIDTH-1:0]      a_rdata,
    input  wire                  b_en,
    input  wire                  b_we,
    input  wire [ADDR_WIDTH-1:0] b_addr,
    input  wire [WIDTH-1:0]      b_wdata,
    output wire [WIDTH-1:0]      b_rdata
);
    localparam WORDS = 1 << ADDR_WIDTH;

    reg [WIDTH*WORDS-1:0] words;
    reg [WIDTH-1:0]       a_old, b_old, a_own, b_own;
    reg                   a_wrote, b_wrote;

    wire a_write = a_en & a_we;
    wire b_write = b_en & b_we & ~(a_write & a_addr == b_addr);

    genvar n;
    generate
        for (n = 0; n < WORDS; n = n + 1) begin : word
            always @(posedge clk)
                if (a_write && a_addr == n)      words[n*WIDTH +: WIDTH] <= a_wdata;
                else if (b_write && b_addr == n) words[n*WIDTH +: WIDTH] <= b_wdata;
        end
    endgenerate

    always @(posedge clk) begin
        if (a_en) begin
            a_old   <= words[a_addr*WIDTH +: WIDTH];
            a_own   <= a_wdata;
            a_wrote <= a_we;
        end
        if (b_en) begin
            b_old   <= words[b_addr*WIDTH +: WIDTH];
            b_own   <= b_wdata;
            b_wrote <= b_we;
        end
    end

    assign a_rdata = a_wrote ? a_own : a_old;
    assign b_rdata = b_wrote ? b_own : b_old;
endmodule
