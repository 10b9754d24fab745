// The whole frame in one shift register; a counter of bits and one of cycles.
module TopModule #(
    parameter CLKS_PER_BIT = 16
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       tx_valid,
    output reg        tx_ready,
    input  wire [7:0] tx_data,
    input  wire [1:0] parity,
    input  wire       two_stop,
    output reg        tx
);
    reg [10:0] frame;       // what follows the bit on the line, lowest first
    reg [3:0]  bits;        // bits of the frame that are not finished
    integer    cycles;      // cycles of the present bit that are not finished

    wire [3:0] length = 10 + (parity != 0) + two_stop;
    wire       check  = parity == 0 ? 1'b1 : parity[1] ? ^tx_data : ~^tx_data;

    always @(posedge clk) begin
        if (rst) begin
            tx       <= 1'b1;
            tx_ready <= 1'b1;
            bits     <= 0;
            cycles   <= 0;
        end else if (tx_ready) begin
            tx       <= ~tx_valid;
            tx_ready <= ~tx_valid;
            frame    <= {2'b11, check, tx_data};
            bits     <= tx_valid ? length : 0;
            cycles   <= CLKS_PER_BIT;
        end else begin
            cycles <= cycles - 1;
            if (cycles == 1) begin
                cycles <= CLKS_PER_BIT;
                bits   <= bits - 1;
                frame  <= {1'b1, frame[10:1]};
                tx     <= frame[0];
            end
            // Bits last two cycles at least, so the last cycle never begins a bit.
            if (bits == 1 && cycles == 2) tx_ready <= 1'b1;
        end
    end
endmodule
