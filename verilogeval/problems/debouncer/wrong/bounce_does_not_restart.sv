// Wrong: a bounce only pauses the count.
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

    always_ff @(posedge clk) begin
        changed <= 1'b0;
        if (rst) begin
            clean <= 1'b0;
            count <= 8'd0;
        end else if (tick) begin
            if (noisy == clean)
                count <= count;
            else if (count == 8'(STABLE - 1)) begin
                count   <= 8'd0;
                clean   <= noisy;
                changed <= 1'b1;
            end else
                count <= count + 8'd1;
        end
    end
endmodule
