// Wrong: catches edges of the signal itself, glitches included.
module TopModule (
    input  logic clk,
    input  logic rst_n,
    input  logic signal,
    output logic level,
    output logic rising,
    output logic falling,
    output logic any_edge
);
    logic caught, first, previous;

    always_ff @(posedge signal or negedge rst_n or posedge level)
        if (!rst_n || level)
            caught <= 1'b0;
        else
            caught <= 1'b1;

    always_ff @(posedge clk or negedge rst_n)
        if (!rst_n)
            {previous, level, first} <= 3'b000;
        else
            {previous, level, first} <= {level, first, signal | caught};

    assign rising   = level & ~previous;
    assign falling  = ~level & previous;
    assign any_edge = level ^ previous;
endmodule
