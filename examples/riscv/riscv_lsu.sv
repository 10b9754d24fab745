// Load-store unit: places bytes and half-words in a 32-bit memory word. Purely
// combinational; the core stops on a misaligned access, so none crosses a word.

module riscv_lsu (
    input  logic [1:0]  offset,       // low bits of the address
    input  logic [2:0]  funct3,       // 1:0 size, 2 unsigned load
    input  logic [31:0] store_data,
    input  logic [31:0] mem_rdata,
    output logic        misaligned,
    output logic [3:0]  byte_enable,
    output logic [31:0] mem_wdata,
    output logic [31:0] load_data
);
    wire [1:0]  size      = funct3[1:0];
    wire        zero_ext  = funct3[2];
    wire [7:0]  low_byte  = store_data[7:0];
    wire [15:0] low_half  = store_data[15:0];
    wire        odd       = offset[0];
    wire        off_word  = offset != 2'b00;

    wire [31:0] aligned   = mem_rdata >> {offset, 3'b000};
    wire [15:0] half_read = aligned[15:0];
    wire [7:0]  byte_read = aligned[7:0];
    wire        half_sign = aligned[15] && !zero_ext;
    wire        byte_sign = aligned[7] && !zero_ext;

    always_comb begin
        case (size)
            2'b00: begin
                misaligned  = 1'b0;
                byte_enable = 4'b0001 << offset;
                mem_wdata   = {4{low_byte}};
                load_data   = {{24{byte_sign}}, byte_read};
            end
            2'b01: begin
                misaligned  = odd;
                byte_enable = 4'b0011 << offset;
                mem_wdata   = {2{low_half}};
                load_data   = {{16{half_sign}}, half_read};
            end
            default: begin
                misaligned  = off_word;
                byte_enable = 4'b1111;
                mem_wdata   = store_data;
                load_data   = mem_rdata;
            end
        endcase
    end
endmodule
