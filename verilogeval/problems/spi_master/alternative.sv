// Registered outputs, a position counter through the exchange, and sampling after the edge.
module TopModule #(
    parameter CLK_DIV = 4
) (
    input  wire       clk,
    input  wire       rst_n,
    input  wire       start,
    input  wire       cpol,
    input  wire       cpha,
    input  wire [7:0] tx_data,
    output reg  [7:0] rx_data,
    output reg        busy,
    output reg        done,
    output reg        sclk,
    output reg        mosi,
    input  wire       miso,
    output reg        cs_n
);
    integer     wait_for;   // cycles of the half period that follow
    reg  [4:0]  half;       // number of the half period, 0 to 16
    reg  [7:0]  word;
    reg         look;       // the edge that samples was in the last cycle's beginning

    wire [4:0]  next_half = half + 5'd1;
    wire [2:0]  position  = cpha ? half[4:1] : next_half[4:1];

    always @(posedge clk or negedge rst_n)
        if (!rst_n) begin
            busy <= 1'b0;
            done <= 1'b0;
            cs_n <= 1'b1;
            sclk <= 1'b0;
            mosi <= 1'b0;
            look <= 1'b0;
        end else begin
            done <= 1'b0;
            look <= 1'b0;
            if (look) rx_data <= {rx_data[6:0], miso};
            if (!busy) begin
                sclk <= cpol;
                if (start) begin
                    busy     <= 1'b1;
                    cs_n     <= 1'b0;
                    word     <= tx_data;
                    mosi     <= tx_data[7];
                    half     <= 0;
                    wait_for <= CLK_DIV - 1;
                end
            end else if (wait_for != 0)
                wait_for <= wait_for - 1;
            else begin
                wait_for <= CLK_DIV - 1;
                half     <= next_half;
                if (half == 16) begin
                    busy <= 1'b0;
                    cs_n <= 1'b1;
                    done <= 1'b1;
                end else begin
                    sclk <= ~sclk;
                    if (half[0] == cpha) look <= 1'b1;
                    else if (next_half != 16) mosi <= word[3'd7 - position];
                end
            end
        end
endmodule
