// Wrong: the index has three bits.
module TopModule (
    input  logic [15:0] req,
    output logic [2:0]  index,
    output logic        valid,
    output logic        multiple
);
    always_comb begin
        index = 3'd0;
        for (int i = 0; i < 16; i++)
            if (req[i]) index = 3'(i);
    end

    assign valid    = |req;
    assign multiple = |(req & (req - 16'd1));
endmodule
