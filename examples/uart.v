// UART: transmitter and receiver with one start bit, DATA_BITS data bits (lowest
// first), optional parity and one stop bit.
//
// Verilog-2005. Asynchronous reset, active high.

module uart_tx #(
    parameter CLOCKS_PER_BIT = 104,
    parameter DATA_BITS      = 8,
    parameter PARITY         = 0            // 0 none, 1 odd, 2 even
) (
    input                  clk,
    input                  rst,
    input                  valid,
    output                 ready,
    input  [DATA_BITS-1:0] data,
    output                 txd
);
    localparam FRAME   = 1 + DATA_BITS + (PARITY != 0) + 1;
    localparam TIMER   = $clog2(CLOCKS_PER_BIT);
    localparam COUNTER = $clog2(FRAME + 1);

    wire [FRAME-1:0] frame;

    generate
        if (PARITY == 0) begin : g_no_parity
            assign frame = {1'b1, data, 1'b0};
        end else begin : g_parity
            wire parity = (^data) ^ (PARITY == 1);
            assign frame = {1'b1, parity, data, 1'b0};
        end
    endgenerate

    reg [FRAME-1:0]   shift;                // ones shifted in keep the line idle
    reg [COUNTER-1:0] bits_left;
    reg [TIMER-1:0]   timer;

    wire bit_done = timer == 0;

    assign ready = bits_left == 0;
    assign txd   = shift[0];

    always @(posedge clk or posedge rst) begin
        if (rst) begin
            shift     <= {FRAME{1'b1}};
            bits_left <= 0;
            timer     <= 0;
        end else if (ready) begin
            if (valid) begin
                shift     <= frame;
                bits_left <= FRAME;
                timer     <= CLOCKS_PER_BIT - 1;
            end
        end else if (bit_done) begin
            shift     <= {1'b1, shift[FRAME-1:1]};
            bits_left <= bits_left - 1'b1;
            timer     <= CLOCKS_PER_BIT - 1;
        end else begin
            timer     <= timer - 1'b1;
        end
    end
endmodule

// Synchroniser and glitch filter: the majority of the last three samples, so
// that one wrong sample neither starts a frame nor spoils a bit.
module uart_line (
    input  clk,
    input  rst,
    input  rxd,
    output line
);
    reg [1:0] meta;                         // two flops against metastability
    reg [2:0] sample;

    always @(posedge clk or posedge rst) begin
        if (rst) begin
            meta   <= 2'b11;
            sample <= 3'b111;
        end else begin
            meta   <= {meta[0], rxd};
            sample <= {sample[1:0], meta[1]};
        end
    end

    assign line = (sample[0] & sample[1]) | (sample[1] & sample[2]) | (sample[0] & sample[2]);
endmodule

module uart_rx #(
    parameter CLOCKS_PER_BIT = 104,
    parameter DATA_BITS      = 8,
    parameter PARITY         = 0
) (
    input                      clk,
    input                      rst,
    input                      rxd,
    output reg                 valid,       // for one clock
    output reg [DATA_BITS-1:0] data,
    output reg                 parity_error,
    output reg                 frame_error  // no stop bit
);
    localparam TIMER   = $clog2(CLOCKS_PER_BIT);
    localparam COUNTER = $clog2(DATA_BITS);

    localparam IDLE = 3'd0, START = 3'd1, DATA = 3'd2, CHECK = 3'd3, STOP = 3'd4,
               BREAK = 3'd5;

    wire line;

    uart_line line_filter (.clk(clk), .rst(rst), .rxd(rxd), .line(line));

    reg [2:0]         state;
    reg [TIMER-1:0]   timer;
    reg [COUNTER-1:0] bit_index;
    reg               bad_parity;

    wire sample_now = timer == 0;           // the middle of a bit

    always @(posedge clk or posedge rst) begin
        if (rst) begin
            state        <= IDLE;
            timer        <= 0;
            bit_index    <= 0;
            bad_parity   <= 1'b0;
            valid        <= 1'b0;
            data         <= {DATA_BITS{1'b0}};
            parity_error <= 1'b0;
            frame_error  <= 1'b0;
        end else begin
            valid <= 1'b0;
            timer <= sample_now ? CLOCKS_PER_BIT - 1 : timer - 1'b1;

            case (state)
                IDLE: begin
                    timer      <= CLOCKS_PER_BIT / 2 - 1;
                    bit_index  <= 0;
                    bad_parity <= 1'b0;
                    if (!line) state <= START;
                end
                START: if (sample_now)
                    state <= line ? IDLE : DATA;
                DATA: if (sample_now) begin
                    data      <= {line, data[DATA_BITS-1:1]};
                    bit_index <= bit_index + 1'b1;
                    if (bit_index == DATA_BITS - 1)
                        state <= (PARITY == 0) ? STOP : CHECK;
                end
                CHECK: if (sample_now) begin
                    bad_parity <= (^data) ^ line ^ (PARITY == 1);
                    state      <= STOP;
                end
                STOP: if (sample_now) begin
                    valid        <= 1'b1;
                    parity_error <= bad_parity;
                    frame_error  <= !line;
                    state        <= line ? IDLE : BREAK;
                end
                default: if (line)          // BREAK: wait for the line to rest
                    state <= IDLE;
            endcase
        end
    end
endmodule

module uart #(
    parameter CLOCKS_PER_BIT = 104,         // 115200 baud from 12 MHz
    parameter DATA_BITS      = 8,
    parameter PARITY         = 2            // 0 none, 1 odd, 2 even
) (
    input                  clk,
    input                  rst,

    input                  tx_valid,
    output                 tx_ready,
    input  [DATA_BITS-1:0] tx_data,
    output                 txd,

    input                  rxd,
    output                 rx_valid,
    output [DATA_BITS-1:0] rx_data,
    output                 rx_parity_error,
    output                 rx_frame_error
);
    uart_tx #(
        .CLOCKS_PER_BIT(CLOCKS_PER_BIT), .DATA_BITS(DATA_BITS), .PARITY(PARITY)
    ) transmitter (
        .clk(clk), .rst(rst), .valid(tx_valid), .ready(tx_ready), .data(tx_data), .txd(txd)
    );

    uart_rx #(
        .CLOCKS_PER_BIT(CLOCKS_PER_BIT), .DATA_BITS(DATA_BITS), .PARITY(PARITY)
    ) receiver (
        .clk(clk), .rst(rst), .rxd(rxd), .valid(rx_valid), .data(rx_data),
        .parity_error(rx_parity_error), .frame_error(rx_frame_error)
    );
endmodule
