// Wrong: multiple is already set by a single line.
module TopModule (
    input  logic [15:0] req,
    output logic [3:0]  index,
    output logic        valid,
    output logic        multiple
);
    always_comb begin
        index = 4'd0;
        for (int i = 0; i < 16; i++)
            if (req[i]) index = 4'(i);
    end

    assign valid    = |req;
    assign multiple = |req;
endmodule
