// A shift register of the last samples: all ones set the output, all zeros clear it.
module TopModule #(
    parameter STABLE = 4
) (
    input  wire clk,
    input  wire rst,
    input  wire tick,
    input  wire noisy,
    output reg  clean,
    output reg  changed
);
    reg  [STABLE:0] history;
    wire [STABLE:0] next_history = {history[STABLE-1:0], noisy};
    wire            set   = tick & (&next_history[STABLE-1:0]) & ~clean;
    wire            clear = tick & (~|next_history[STABLE-1:0]) & clean;

    always @(posedge clk)
        if (rst) begin
            history <= 0;
            clean   <= 0;
            changed <= 0;
        end else begin
            if (tick)
                history <= next_history;
            clean   <= (clean | set) & ~clear;
            changed <= set | clear;
        end
endmodule
