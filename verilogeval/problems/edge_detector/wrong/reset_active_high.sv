// Wrong: the reset is active high.
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

    always_ff @(posedge clk or posedge rst_n) begin
        if (rst_n)
            {previous, level, first} <= 3'b000;
        else
            {previous, level, first} <= {level, first, signal};
    end

    assign rising   = level & ~previous;
    assign falling  = ~level & previous;
    assign any_edge = level ^ previous;
endmodule
