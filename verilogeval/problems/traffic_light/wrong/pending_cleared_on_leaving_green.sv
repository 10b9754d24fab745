// Wrong: the request is forgotten when yellow begins.
module TopModule #(
    parameter int GREEN_TICKS = 8,
    parameter int WALK_TICKS  = 5
) (
    input  logic clk,
    input  logic rst,
    input  logic tick,
    input  logic request,
    output logic red,
    output logic yellow,
    output logic green,
    output logic walk,
    output logic flash,
    output logic pending
);
    localparam logic [2:0] GO = 3'd0, SLOW = 3'd1, STOP = 3'd2, WALK = 3'd3, CLEAR = 3'd4,
                           READY = 3'd5;

    logic [2:0] state, next;
    logic [4:0] left, duration;
    logic       advance;

    // `left` counts down the ticks that must pass before the one that may end the state.
    assign advance = tick && left == 5'd0 && (state != GO || pending || request);
    assign next    = state == READY ? GO : state + 3'd1;

    always_comb begin
        case (next)
            GO:      duration = 5'(GREEN_TICKS);
            SLOW:    duration = 5'd2;
            WALK:    duration = 5'(WALK_TICKS);
            CLEAR:   duration = 5'd3;
            default: duration = 5'd1;
        endcase
    end

    always_ff @(posedge clk or posedge rst) begin
        if (rst) begin
            state   <= GO;
            left    <= 5'(GREEN_TICKS - 1);
            pending <= 1'b0;
        end else begin
            if (advance) begin
                state <= next;
                left  <= duration - 5'd1;
            end else if (tick && left != 5'd0)
                left <= left - 5'd1;

            if (state == WALK || (advance && (next == WALK || next == SLOW)))
                pending <= 1'b0;
            else if (request)
                pending <= 1'b1;
        end
    end

    assign red    = state == STOP || state == WALK || state == CLEAR || state == READY;
    assign yellow = state == SLOW || state == READY;
    assign green  = state == GO;
    assign walk   = state == WALK;
    assign flash  = state == CLEAR;
endmodule
