// Four stages of 1, 2, 4 and 8 places; every shift to the left is a rotation that is masked.
module TopModule (
    input  wire [15:0] data,
    input  wire [3:0]  amount,
    input  wire [1:0]  mode,
    output wire [15:0] result,
    output wire        last,
    output wire        zero
);
    wire        right = mode[1];
    wire [3:0]  left  = right ? -amount : amount;
    wire [15:0] one   = left[0] ? {data[14:0], data[15]}  : data;
    wire [15:0] two   = left[1] ? {one[13:0], one[15:14]} : one;
    wire [15:0] four  = left[2] ? {two[11:0], two[15:12]} : two;
    wire [15:0] turned = left[3] ? {four[7:0], four[15:8]} : four;

    reg [15:0] kept;
    always @(*) begin
        case (mode)
            2'd0:    kept = 16'hffff;
            2'd1:    kept = 16'hffff << amount;
            default: kept = 16'hffff >> amount;
        endcase
    end

    wire [15:0] filling = (mode == 2'd3 && data[15]) ? 16'hffff : 16'h0000;

    assign result = (turned & kept) | (filling & ~kept);
    assign last   = (amount != 0) & (right ? turned[15] : turned[0]);
    assign zero   = ~|result;
endmodule
