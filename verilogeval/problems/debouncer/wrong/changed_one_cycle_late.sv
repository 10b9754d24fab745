// Wrong: changed comes one cycle after the new value.
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
    logic       previous;

    always_ff @(posedge clk) begin
        previous <= clean & ~rst;
        changed  <= ~rst & (previous ^ clean);
        if (rst) begin
            clean <= 1'b0;
            count <= 8'd0;
        end else if (tick) begin
            if (noisy == clean)
                count <= 8'd0;
            else if (count == 8'(STABLE - 1)) begin
                count   <= 8'd0;
                clean   <= noisy;
            end else
                count <= count + 8'd1;
        end
    end
endmodule
