// Wrong: a frame error comes together with valid.
module TopModule #(
    parameter int CLKS_PER_BIT = 16
) (
    input  logic       clk,
    input  logic       rst,
    input  logic       rx,
    output logic       valid,
    output logic [7:0] data,
    output logic       frame_error
);
    localparam int TW = $clog2(CLKS_PER_BIT);

    localparam logic [2:0] IDLE  = 3'd0;
    localparam logic [2:0] START = 3'd1;
    localparam logic [2:0] DATA  = 3'd2;
    localparam logic [2:0] STOP  = 3'd3;
    localparam logic [2:0] BREAK = 3'd4;

    logic          rx_first, line;      // synchroniser
    logic [2:0]    state;
    logic [TW-1:0] timer;               // cycles to the next look at the line
    logic [2:0]    index;

    always_ff @(posedge clk) begin
        rx_first    <= rx;
        line        <= rx_first;
        valid       <= 1'b0;
        frame_error <= 1'b0;
        timer       <= timer == 0 ? TW'(CLKS_PER_BIT - 1) : timer - 1'b1;
        case (state)
            IDLE: begin
                timer <= TW'(CLKS_PER_BIT / 2 - 1);
                if (!line) state <= START;
            end
            START:
                if (timer == 0) begin
                    index <= 3'd0;
                    state <= line ? IDLE : DATA;
                end
            DATA:
                if (timer == 0) begin
                    data  <= {line, data[7:1]};
                    index <= index + 3'd1;
                    if (index == 3'd7) state <= STOP;
                end
            STOP:
                if (timer == 0) begin
                    valid       <= 1'b1;
                    frame_error <= !line;
                    state       <= line ? IDLE : BREAK;
                end
            default:
                if (line) state <= IDLE;
        endcase
        if (rst) begin
            state       <= IDLE;
            valid       <= 1'b0;
            frame_error <= 1'b0;
            rx_first    <= 1'b1;
            line        <= 1'b1;
        end
    end
endmodule
