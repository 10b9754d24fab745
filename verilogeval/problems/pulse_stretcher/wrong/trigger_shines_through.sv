// Wrong: the pulse begins with the trigger, before the clock edge.
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
    assign pulse = trigger || remaining != 8'd0;

    always_ff @(posedge clk) begin
        if (!rst_n)
            remaining <= 8'd0;
        else if (trigger && (retrigger || remaining == 8'd0))
            remaining <= 8'(LENGTH);
        else if (remaining != 8'd0)
            remaining <= remaining - 8'd1;
    end
endmodule
