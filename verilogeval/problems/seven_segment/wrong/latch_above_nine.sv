// Wrong: digits above nine keep the last shape.
module TopModule (
    input  logic [3:0] digit,
    input  logic       point,
    input  logic       blank,
    input  logic       lamp_test,
    input  logic       zero_in,
    output logic [6:0] segments,
    output logic       point_out,
    output logic       zero_out
);
    logic [6:0] shape;

    always @* begin
        case (digit)
            4'h0:    shape = 7'h3F;
            4'h1:    shape = 7'h06;
            4'h2:    shape = 7'h5B;
            4'h3:    shape = 7'h4F;
            4'h4:    shape = 7'h66;
            4'h5:    shape = 7'h6D;
            4'h6:    shape = 7'h7D;
            4'h7:    shape = 7'h07;
            4'h8:    shape = 7'h7F;
            4'h9:    shape = 7'h6F;
            default: ;
        endcase
    end

    assign zero_out = zero_in && digit == 4'h0 && !point;

    always_comb begin
        if (lamp_test)
            {point_out, segments} = 8'hFF;
        else if (blank || zero_out)
            {point_out, segments} = 8'h00;
        else
            {point_out, segments} = {point, shape};
    end
endmodule
