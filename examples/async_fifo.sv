// FIFO between two clock domains.
//
// Each side owns a binary pointer for the memory and publishes it in Gray code:
// one bit changes at a time, so whatever the other side samples is the old or
// the new value and never a mixture. Pointers carry one bit more than the
// address, which tells a full memory from an empty one. `full` and `empty` are
// registered and pessimistic, never wrong.
//
// The flops of `sync_gray` must stay as they are, with no logic between them:
// here combinational optimisation has nothing to gain and everything to break.
//
// SystemVerilog. One asynchronous reset per domain, active low; release both
// before the first push.

module sync_gray #(
    parameter int WIDTH = 5
) (
    input  logic             clk,
    input  logic             rst_n,
    input  logic [WIDTH-1:0] from_other_domain,
    output logic [WIDTH-1:0] value
);
    logic [WIDTH-1:0] meta;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) {value, meta} <= '0;
        else        {value, meta} <= {meta, from_other_domain};
    end
endmodule

module async_fifo #(
    parameter  int WIDTH   = 8,
    parameter  int ADDRESS = 4,            // 2**ADDRESS words
    localparam int POINTER = ADDRESS + 1
) (
    input  logic             write_clk,
    input  logic             write_rst_n,
    input  logic             push,
    input  logic [WIDTH-1:0] push_data,
    output logic             full,

    input  logic             read_clk,
    input  logic             read_rst_n,
    input  logic             pop,
    output logic [WIDTH-1:0] pop_data,     // valid while not empty
    output logic             empty
);
    function automatic logic [POINTER-1:0] gray(input logic [POINTER-1:0] binary);
        gray = binary ^ (binary >> 1);
    endfunction

    logic [WIDTH-1:0]   memory [0:2**ADDRESS-1];
    logic [POINTER-1:0] write_binary, write_gray, write_gray_synced;
    logic [POINTER-1:0] read_binary, read_gray, read_gray_synced;

    // Write side. Full: the pointers differ by the whole memory, which in Gray
    // code inverts the two highest bits.
    wire               writes         = push && !full;
    wire [POINTER-1:0] write_binary_d = write_binary + POINTER'(writes);
    wire [POINTER-1:0] write_gray_d   = gray(write_binary_d);
    wire [POINTER-1:0] gray_when_full = read_gray_synced ^ {2'b11, {(POINTER-2){1'b0}}};

    sync_gray #(.WIDTH(POINTER)) read_to_write (
        .clk(write_clk), .rst_n(write_rst_n),
        .from_other_domain(read_gray), .value(read_gray_synced)
    );

    always_ff @(posedge write_clk or negedge write_rst_n) begin
        if (!write_rst_n) begin
            write_binary <= '0;
            write_gray   <= '0;
            full         <= 1'b0;
        end else begin
            write_binary <= write_binary_d;
            write_gray   <= write_gray_d;
            full         <= write_gray_d == gray_when_full;
        end
    end

    always_ff @(posedge write_clk)
        if (writes) memory[write_binary[ADDRESS-1:0]] <= push_data;

    // Read side. A word is read at least two read clocks after it was written,
    // when its flops have long settled.
    wire               reads         = pop && !empty;
    wire [POINTER-1:0] read_binary_d = read_binary + POINTER'(reads);
    wire [POINTER-1:0] read_gray_d   = gray(read_binary_d);

    sync_gray #(.WIDTH(POINTER)) write_to_read (
        .clk(read_clk), .rst_n(read_rst_n),
        .from_other_domain(write_gray), .value(write_gray_synced)
    );

    always_ff @(posedge read_clk or negedge read_rst_n) begin
        if (!read_rst_n) begin
            read_binary <= '0;
            read_gray   <= '0;
            empty       <= 1'b1;
        end else begin
            read_binary <= read_binary_d;
            read_gray   <= read_gray_d;
            empty       <= read_gray_d == write_gray_synced;
        end
    end

    assign pop_data = memory[read_binary[ADDRESS-1:0]];
endmodule
