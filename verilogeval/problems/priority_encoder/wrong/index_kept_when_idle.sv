// Wrong: a latch keeps the last index while nothing is requested.
module TopModule (
    input  logic [15:0] req,
    output logic [3:0]  index,
    output logic        valid,
    output logic        multiple
);
    always @* begin
        for (int i = 0; i < 16; i++)
            if (req[i]) index = 4'(i);
    end

    assign valid    = |req;
    assign multiple = |(req & (req - 16'd1));
endmodule
