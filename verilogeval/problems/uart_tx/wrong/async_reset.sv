// Wrong: the reset is asynchronous.
module TopModule #(
    parameter int CLKS_PER_BIT = 16
) (
    input  logic       clk,
    input  logic       rst,
    input  logic       tx_valid,
    output logic       tx_ready,
    input  logic [7:0] tx_data,
    input  logic [1:0] parity,
    input  logic       two_stop,
    output logic       tx
);
    localparam int TW = $clog2(CLKS_PER_BIT);

    localparam logic [2:0] IDLE    = 3'd0;
    localparam logic [2:0] START   = 3'd1;
    localparam logic [2:0] DATA    = 3'd2;
    localparam logic [2:0] PARITY  = 3'd3;
    localparam logic [2:0] STOP    = 3'd4;

    logic [2:0]    state;
    logic [TW-1:0] timer;       // cycles of this bit that follow
    logic [2:0]    index;       // of the data bit, or of the stop bit
    logic [7:0]    data;
    logic          with_parity;
    logic          parity_bit;
    logic          second_stop;

    wire bit_ends   = timer == 0;
    wire frame_ends = state == STOP && bit_ends && index[0] == second_stop;

    assign tx_ready = state == IDLE || frame_ends;

    always_comb begin
        case (state)
            START:   tx = 1'b0;
            DATA:    tx = data[index];
            PARITY:  tx = parity_bit;
            default: tx = 1'b1;
        endcase
    end

    always_ff @(posedge clk or posedge rst) begin
        timer <= bit_ends ? TW'(CLKS_PER_BIT - 1) : timer - 1'b1;
        if (bit_ends)
            case (state)
                START: begin
                    state <= DATA;
                    index <= 3'd0;
                end
                DATA: begin
                    index <= index + 3'd1;
                    if (index == 3'd7) state <= with_parity ? PARITY : STOP;
                end
                PARITY:  state <= STOP;
                STOP:    index <= 3'd1;
                default: ;
            endcase
        if (frame_ends) state <= IDLE;
        if (tx_ready && tx_valid) begin
            state       <= START;
            timer       <= TW'(CLKS_PER_BIT - 1);
            data        <= tx_data;
            with_parity <= parity != 2'd0;
            parity_bit  <= (^tx_data) ^ (parity == 2'd1);
            second_stop <= two_stop;
        end
        if (rst) state <= IDLE;
    end
endmodule
