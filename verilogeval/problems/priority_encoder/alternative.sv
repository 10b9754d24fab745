// Binary search for the highest line, and a plain count instead of the bit trick.
module TopModule (
    input  wire [15:0] req,
    output wire [3:0]  index,
    output wire        valid,
    output reg         multiple
);
    wire [7:0] eight = index[3] ? req[15:8] : req[7:0];
    wire [3:0] four  = index[2] ? eight[7:4] : eight[3:0];
    wire [1:0] two   = index[1] ? four[3:2] : four[1:0];

    assign index[3] = req[15:8] != 0;
    assign index[2] = eight[7:4] != 0;
    assign index[1] = four[3:2] != 0;
    assign index[0] = two[1];
    assign valid    = req != 0;

    integer i;
    reg [4:0] count;
    always @* begin
        count = 0;
        for (i = 0; i < 16; i = i + 1) count = count + req[i];
        multiple = count > 1;
    end
endmodule
