// Wrong: ends the simulation instead of doing anything.
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
    assign {rx_data, busy, done, sclk, mosi} = 0;
    assign cs_n = 1;
    initial $finish;
endmodule
