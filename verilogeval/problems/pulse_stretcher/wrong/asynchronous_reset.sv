// Wrong: the reset does not wait for the clock.
module TopModule #(
    parameter int LENGTH = 5
) (
    input  logic       clk,
    input  logic       rst_n,
    input  logic       trigger,
    input  logic       retrigger,
    output logic       pulse,
    output logic [7:0] remaining
);
    assign pulse = remaining != 8'd0;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n)
            remaining <= 8'd0;
        else if (trigger && (retrigger || !pulse))
            remaining <= 8'(LENGTH);
        else if (pulse)
            remaining <= remaining - 8'd1;
    end
endmodule
