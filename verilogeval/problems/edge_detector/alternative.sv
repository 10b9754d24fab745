// Registered pulses, computed one stage earlier.
module TopModule (
    input  wire clk,
    input  wire rst_n,
    input  wire signal,
    output reg  level,
    output reg  rising,
    output reg  falling,
    output wire any_edge
);
    reg meta;

    always @(posedge clk, negedge rst_n)
        if (rst_n == 1'b0) begin
            meta    <= 1'b0;
            level   <= 1'b0;
            rising  <= 1'b0;
            falling <= 1'b0;
        end else begin
            meta    <= signal;
            level   <= meta;
            rising  <= meta && !level;
            falling <= level && !meta;
        end

    assign any_edge = rising || falling;
endmodule
