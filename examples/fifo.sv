// Synchronous first-word-fall-through FIFO in flip-flops.
//
// SystemVerilog. Asynchronous reset, active low; the memory has none, since a
// word is never visible before it was written. DEPTH need not be a power of two.
// A push into a full or a pop from an empty FIFO changes nothing but sets a
// sticky error flag, which `clear` resets together with the contents.

module fifo #(
    parameter  int WIDTH        = 8,
    parameter  int DEPTH        = 16,
    parameter  int ALMOST_FULL  = DEPTH - 2,        // flag is up at this count or more
    parameter  int ALMOST_EMPTY = 2,                // flag is up at this count or less
    localparam int POINTER      = $clog2(DEPTH),
    localparam int COUNT        = $clog2(DEPTH + 1)
) (
    input  logic             clk,
    input  logic             rst_n,
    input  logic             clear,                 // synchronous

    input  logic             push,
    input  logic [WIDTH-1:0] push_data,
    output logic             full,
    output logic             almost_full,

    input  logic             pop,
    output logic [WIDTH-1:0] pop_data,              // valid while not empty
    output logic             empty,
    output logic             almost_empty,

    output logic [COUNT-1:0] count,
    output logic             overflow,
    output logic             underflow
);
    logic [WIDTH-1:0]   memory [0:DEPTH-1];
    logic [POINTER-1:0] write_pointer, read_pointer;

    wire writes = push && !full;
    wire reads  = pop && !empty;

    function automatic logic [POINTER-1:0] after(input logic [POINTER-1:0] pointer);
        after = (pointer == POINTER'(DEPTH - 1)) ? '0 : pointer + 1'b1;
    endfunction

    always_ff @(posedge clk)
        if (writes) memory[write_pointer] <= push_data;

    assign pop_data = memory[read_pointer];

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            write_pointer <= '0;
            read_pointer  <= '0;
            count         <= '0;
            overflow      <= 1'b0;
            underflow     <= 1'b0;
        end else if (clear) begin
            write_pointer <= '0;
            read_pointer  <= '0;
            count         <= '0;
            overflow      <= 1'b0;
            underflow     <= 1'b0;
        end else begin
            if (writes) write_pointer <= after(write_pointer);
            if (reads)  read_pointer  <= after(read_pointer);
            if (writes && !reads) count <= count + 1'b1;
            if (reads && !writes) count <= count - 1'b1;
            if (push && full)  overflow  <= 1'b1;
            if (pop  && empty) underflow <= 1'b1;
        end
    end

    assign full         = count == COUNT'(DEPTH);
    assign empty        = count == '0;
    assign almost_full  = count >= COUNT'(ALMOST_FULL);
    assign almost_empty = count <= COUNT'(ALMOST_EMPTY);
endmodule
