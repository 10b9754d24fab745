module TopModule #(
    parameter int BYTES = 4
) (
    input  logic               clk,
    input  logic               rst,
    input  logic               in_valid,
    input  logic               in_last,
    input  logic [BYTES-1:0]   in_keep,
    input  logic [8*BYTES-1:0] in_data,
    input  logic               abort,
    output logic               crc_valid,
    output logic [31:0]        crc,
    output logic               crc_ok
);
