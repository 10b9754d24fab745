// A state bit and a counter of elapsed cycles that counts up.
module TopModule #(
    parameter LENGTH = 5
) (
    input  wire       clk,
    input  wire       rst_n,
    input  wire       trigger,
    input  wire       retrigger,
    output reg        pulse,
    output reg  [7:0] remaining
);
    reg       running, next_running;
    reg [7:0] elapsed, next_elapsed;

    always @* begin
        next_running = running;
        next_elapsed = elapsed + 8'd1;
        case ({running, trigger})
            2'b00: next_elapsed = 8'd0;
            2'b01: begin
                next_running = 1'b1;
                next_elapsed = 8'd0;
            end
            default:
                if (trigger & retrigger)
                    next_elapsed = 8'd0;
                else if (elapsed + 1 == LENGTH) begin
                    next_running = 1'b0;
                    next_elapsed = 8'd0;
                end
        endcase
        pulse     = running;
        remaining = running ? LENGTH - elapsed : 8'd0;
    end

    always @(posedge clk) begin
        running <= next_running & rst_n;
        elapsed <= rst_n ? next_elapsed : 8'd0;
    end
endmodule
