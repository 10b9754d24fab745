// Wrong: the reset does not wait for the clock.
module TopModule #(
    parameter int STABLE = 4
) (
    input  logic clk,
    input  logic rst,
    input  logic tick,
    input  logic noisy,
    output logic clean,
    output logic changed
);
    logic [7:0] count;

    always_ff @(posedge clk or posedge rst) begin
        if (rst) begin
            changed <= 1'b0;
            clean <= 1'b0;
            count <= 8'd0;
        end else if (!tick)
            changed <= 1'b0;
        else begin
            changed <= 1'b0;
            if (noisy == clean)
                count <= 8'd0;
            else if (count == 8'(STABLE - 1)) begin
                count   <= 8'd0;
                clean   <= noisy;
                changed <= 1'b1;
            end else
                count <= count + 8'd1;
        end
    end
endmodule
