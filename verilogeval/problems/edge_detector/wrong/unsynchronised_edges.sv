// Wrong: the edges are found before the second flip-flop.
module TopModule (
    input  logic clk,
    input  logic rst_n,
    input  logic signal,
    output logic level,
    output logic rising,
    output logic falling,
    output logic any_edge
);
    logic first, previous;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n)
            {previous, level, first} <= 3'b000;
        else
            {previous, level, first} <= {level, first, signal};
    end

    assign rising   = first & ~level;
    assign falling  = ~first & level;
    assign any_edge = level ^ first;
endmodule
