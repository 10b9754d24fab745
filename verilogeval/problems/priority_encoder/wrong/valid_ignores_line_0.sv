// Wrong: valid is derived from the index, so line 0 alone is missed.
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

    assign valid    = index != 0;
    assign multiple = |(req & (req - 16'd1));
endmodule
