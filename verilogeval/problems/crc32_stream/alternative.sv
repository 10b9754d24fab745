// The unreflected form with a function per byte; the register is reversed at the output.
module TopModule #(
    parameter BYTES = 4
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               in_valid,
    input  wire               in_last,
    input  wire [BYTES-1:0]   in_keep,
    input  wire [8*BYTES-1:0] in_data,
    input  wire               abort,
    output reg                crc_valid,
    output wire [31:0]        crc,
    output wire               crc_ok
);
    function [31:0] step(input [31:0] c, input [7:0] data);
        integer i;
        begin
            step = c;
            for (i = 0; i < 8; i = i + 1)
                step = {step[30:0], 1'b0} ^ (32'h04C11DB7 & {32{step[31] ^ data[i]}});
        end
    endfunction

    reg  [31:0] register;
    reg         fresh;      // the next beat starts a packet
    wire [31:0] chain [0:BYTES];

    assign chain[0] = fresh ? 32'hFFFFFFFF : register;

    genvar b;
    generate
        for (b = 0; b < BYTES; b = b + 1) begin : per_byte
            assign chain[b+1] = in_keep[b] ? step(chain[b], in_data[8*b +: 8]) : chain[b];
        end
        for (b = 0; b < 32; b = b + 1) begin : reversed
            assign crc[b] = ~register[31-b];
        end
    endgenerate

    assign crc_ok = register == 32'hC704DD7B;

    always @(posedge clk)
        if (rst | abort) begin
            fresh     <= 1'b1;
            crc_valid <= 1'b0;
        end else begin
            crc_valid <= in_valid & in_last;
            if (in_valid) begin
                register <= chain[BYTES];
                fresh    <= in_last;
            end
        end
endmodule
