// Wrong: the edges are found one cycle late.
module TopModule (
    input  logic clk,
    input  logic rst_n,
    input  logic signal,
    output logic level,
    output logic rising,
    output logic falling,
    output logic any_edge
);
    logic first, second, previous;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n)
            {previous, level, second, first} <= 4'b0000;
        else
            {previous, level, second, first} <= {level, second, first, signal};
    end

    assign rising   = level & ~previous;
    assign falling  = ~level & previous;
    assign any_edge = level ^ previous;
endmodule
