// Wrong: the bytes of a beat are processed from the highest one.
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
    localparam logic [31:0] POLYNOMIAL = 32'hEDB88320;
    localparam logic [31:0] RESIDUE    = 32'h2144DF1C;

    logic [31:0] state;
    logic [31:0] after;     // the state with this beat included

    function automatic logic [31:0] shift(input logic [31:0] c, input logic data);
        shift = (c >> 1) ^ (1'(c) ^ data ? POLYNOMIAL : 32'd0);
    endfunction

    always_comb begin
        after = state;
        for (int i = 0; i < 8 * BYTES; i++)
            if (in_keep[BYTES-1-i/8]) after = shift(after, in_data[8*(BYTES-1-i/8)+i%8]);
    end

    always_ff @(posedge clk) begin
        crc_valid <= 1'b0;
        if (in_valid) begin
            state <= in_last ? '1 : after;
            if (in_last) begin
                crc_valid <= 1'b1;
                crc       <= ~after;
            end
        end
        if (rst || abort) begin
            state     <= '1;
            crc_valid <= 1'b0;
        end
    end

    assign crc_ok = crc == RESIDUE;
endmodule
