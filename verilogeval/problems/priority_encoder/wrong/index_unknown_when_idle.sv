// Wrong: the index is x, not 0, while nothing is requested.
module TopModule (
    input  logic [15:0] req,
    output logic [3:0]  index,
    output logic        valid,
    output logic        multiple
);
    always_comb begin
        index = 4'bx;
        for (int i = 0; i < 16; i++)
            if (req[i]) index = 4'(i);
    end

    assign valid    = |req;
    assign multiple = |(req & (req - 16'd1));
endmodule
