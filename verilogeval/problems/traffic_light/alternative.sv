// One-hot states, a counter that counts up, and registered lamps.
module TopModule #(
    parameter GREEN_TICKS = 8,
    parameter WALK_TICKS  = 5
) (
    input  wire clk,
    input  wire rst,
    input  wire tick,
    input  wire request,
    output reg  red,
    output reg  yellow,
    output reg  green,
    output reg  walk,
    output reg  flash,
    output reg  pending
);
    reg [5:0] state, next_state;
    reg [4:0] ticks;
    reg       last;

    always @(*) begin
        last = 1'b0;
        if (state[0]) last = (ticks >= GREEN_TICKS - 1) && (pending || request);
        if (state[1]) last = ticks == 1;
        if (state[2]) last = 1'b1;
        if (state[3]) last = ticks == WALK_TICKS - 1;
        if (state[4]) last = ticks == 2;
        if (state[5]) last = 1'b1;
        next_state = (last && tick) ? {state[4:0], state[5]} : state;
    end

    always @(posedge clk or posedge rst) begin
        if (rst) begin
            state <= 6'b000001;
            ticks <= 0;
            {red, yellow, green, walk, flash} <= 5'b00100;
            pending <= 0;
        end else begin
            state  <= next_state;
            red    <= |next_state[5:2];
            yellow <= next_state[1] | next_state[5];
            green  <= next_state[0];
            walk   <= next_state[3];
            flash  <= next_state[4];
            if (tick) begin
                if (last)
                    ticks <= 0;
                else if (ticks != 5'd31)
                    ticks <= ticks + 1'b1;
            end
            pending <= (pending | request) & ~state[3] & ~next_state[3];
        end
    end
endmodule
