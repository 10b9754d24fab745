// Wrong: chip select rises with the last clock edge.
module TopModule #(
    parameter int CLK_DIV = 4
) (
    input  logic       clk,
    input  logic       rst_n,
    input  logic       start,
    input  logic       cpol,
    input  logic       cpha,
    input  logic [7:0] tx_data,
    output logic [7:0] rx_data,
    output logic       busy,
    output logic       done,
    output logic       sclk,
    output logic       mosi,
    input  logic       miso,
    output logic       cs_n
);
    localparam int TW = $clog2(CLK_DIV);

    logic [TW-1:0] timer;       // cycles to the end of this half period
    logic [4:0]    edges;       // sclk edges so far
    logic [7:0]    sending;     // the bit on mosi is the highest

    wire half_ends = timer == 0;
    // The coming edge is a leading one if the number so far is even.
    wire samples   = half_ends && edges[0] == cpha && edges < 5'd16;
    // With cpha = 1 the first leading edge only shows bit 7, which is there already.
    wire shifts    = half_ends && edges[0] != cpha && edges != 5'd0 && edges < 5'd16;

    assign cs_n = !busy;
    assign mosi = sending[7];
    assign sclk = busy ? cpol ^ edges[0] : cpol;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            busy <= 1'b0;
            done <= 1'b0;
        end else begin
            done <= 1'b0;
            if (!busy) begin
                if (start) busy <= 1'b1;
            end else if (half_ends && edges == 5'd15) begin
                busy <= 1'b0;
                done <= 1'b1;
            end
        end
    end

    always_ff @(posedge clk) begin
        timer <= half_ends ? TW'(CLK_DIV - 1) : timer - 1'b1;
        if (half_ends) edges   <= edges + 5'd1;
        if (samples && busy) rx_data <= {rx_data[6:0], miso};
        if (shifts)    sending <= {sending[6:0], 1'b0};
        if (!busy) begin
            timer   <= TW'(CLK_DIV - 1);
            edges   <= 5'd0;
            sending <= tx_data;
        end
    end
endmodule
