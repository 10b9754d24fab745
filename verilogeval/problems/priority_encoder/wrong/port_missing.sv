// Wrong: an output of the interface is not there.
module TopModule (
    input  logic [15:0] req,
    output logic [3:0]  index,
    output logic        valid
);
    always_comb begin
        index = 4'd0;
        for (int i = 0; i < 16; i++)
            if (req[i]) index = 4'(i);
    end

    assign valid = |req;
endmodule
