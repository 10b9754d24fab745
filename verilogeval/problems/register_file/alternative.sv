// One flat vector that computes its next value; reads look at the next value directly.
module TopModule #(
    parameter WIDTH = 32,
    parameter REGS  = 32
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire [$clog2(REGS)-1:0] waddr,
    input  wire [WIDTH-1:0]        wdata,
    input  wire [WIDTH/8-1:0]      wbe,
    input  wire [$clog2(REGS)-1:0] raddr0,
    output wire [WIDTH-1:0]        rdata0,
    input  wire [$clog2(REGS)-1:0] raddr1,
    output wire [WIDTH-1:0]        rdata1
);
    wire [WIDTH*REGS-1:0] next;

    assign next[WIDTH-1:0] = 0;

    genvar r, b;
    generate
        for (r = 1; r < REGS; r = r + 1) begin : register
            wire here = !rst && waddr == r;
            for (b = 0; b < WIDTH / 8; b = b + 1) begin : lane
                reg [7:0] cell_byte;
                wire [7:0] next_byte = here && wbe[b] ? wdata[8*b +: 8] : cell_byte;
                always @(posedge clk)
                    if (rst) cell_byte <= 8'd0;
                    else     cell_byte <= next_byte;
                assign next[WIDTH*r + 8*b +: 8] = next_byte;
            end
        end
    endgenerate

    assign rdata0 = next[raddr0*WIDTH +: WIDTH];
    assign rdata1 = next[raddr1*WIDTH +: WIDTH];
endmodule
