// Wrong: modes 01 and 10 are swapped.
module TopModule (
    input  logic [15:0] data,
    input  logic [3:0]  amount,
    input  logic [1:0]  mode,
    output logic [15:0] result,
    output logic        last,
    output logic        zero
);
    logic [31:0] doubled, leftward;
    logic [16:0] rightward;
    logic        fill;

    assign fill      = mode[0] & data[15];
    assign doubled   = {data, data} << amount;
    assign leftward  = {16'd0, data} << amount;
    // The bit below the word catches what left it last.
    assign rightward = 17'({{16{fill}}, data, 1'b0} >> amount);

    assign result = mode[0] ? rightward[16:1] : mode[1] ? leftward[15:0] : doubled[31:16];

    // After a shift to the left by n, bit 16 holds data[16-n], or zero if n is 0.
    assign last = mode[0] ? rightward[0] : leftward[16];
    assign zero = result == 16'd0;
endmodule
