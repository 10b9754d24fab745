// Wrong: an ignored trigger starts a pulse later.
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
    logic waiting;

    assign pulse = remaining != 8'd0;

    always_ff @(posedge clk) begin
        if (!rst_n)
            {waiting, remaining} <= 9'd0;
        else if ((trigger || (waiting && !pulse)) && (retrigger || !pulse)) begin
            remaining <= 8'(LENGTH);
            waiting   <= 1'b0;
        end
        else if (pulse) begin
            remaining <= remaining - 8'd1;
            waiting   <= waiting | trigger;
        end
    end
endmodule
