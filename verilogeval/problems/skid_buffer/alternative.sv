// A two-entry ring with one-bit pointers and a state machine for the fill level.
module TopModule #(
    parameter WIDTH = 8
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    output reg              in_ready,
    input  wire [WIDTH-1:0] in_data,
    output reg              out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    localparam [1:0] EMPTY = 2'b00, ONE = 2'b01, TWO = 2'b11;

    reg [1:0]       state, next;
    reg [WIDTH-1:0] even, odd;
    reg             write_odd, read_odd;

    wire accept  = in_valid & in_ready;
    wire deliver = out_valid & out_ready;

    always @* begin
        next = state;
        case (state)
            EMPTY:   if (accept) next = ONE;
            ONE:     if (accept & ~deliver) next = TWO;
                     else if (deliver & ~accept) next = EMPTY;
            TWO:     if (deliver) next = ONE;
            default: next = EMPTY;
        endcase
        if (rst) next = EMPTY;
    end

    always @(posedge clk) begin
        state     <= next;
        in_ready  <= next != TWO;
        out_valid <= next != EMPTY;
        write_odd <= ~rst & (write_odd ^ accept);
        read_odd  <= ~rst & (read_odd ^ deliver);
        if (accept & ~write_odd) even <= in_data;
        if (accept & write_odd)  odd  <= in_data;
    end

    assign out_data = read_odd ? odd : even;
endmodule
