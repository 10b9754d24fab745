// Wrong: a trigger in the last cycle of a pulse is accepted.
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

    always_ff @(posedge clk) begin
        if (!rst_n)
            remaining <= 8'd0;
        else if (trigger && (retrigger || remaining <= 8'd1))
            remaining <= 8'(LENGTH);
        else if (pulse)
            remaining <= remaining - 8'd1;
    end
endmodule
