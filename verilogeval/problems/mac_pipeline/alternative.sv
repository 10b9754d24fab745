// Multiplies in the first stage, delays the product, and finds overflow from the signs.
module TopModule #(
    parameter WIDTH     = 8,
    parameter ACC_WIDTH = 18
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 in_valid,
    input  wire                 in_first,
    input  wire [WIDTH-1:0]     a,
    input  wire [WIDTH-1:0]     b,
    output reg                  out_valid,
    output reg  [ACC_WIDTH-1:0] acc,
    output reg                  saturated
);
    // Two stages of {first, product}; what is not valid adds nothing.
    reg [1:0]           valids;
    reg [ACC_WIDTH-1:0] product_1, product_2;
    reg                 first_1, first_2;

    wire [ACC_WIDTH-1:0] wide_a  = {{(ACC_WIDTH-WIDTH){a[WIDTH-1]}}, a};
    wire [ACC_WIDTH-1:0] wide_b  = {{(ACC_WIDTH-WIDTH){b[WIDTH-1]}}, b};
    wire [ACC_WIDTH-1:0] base    = first_2 ? {ACC_WIDTH{1'b0}} : acc;
    wire [ACC_WIDTH-1:0] sum     = base + product_2;
    wire                 sign    = base[ACC_WIDTH-1];
    wire                 overrun = sign == product_2[ACC_WIDTH-1] && sign != sum[ACC_WIDTH-1];

    always @(posedge clk) begin
        product_1 <= wide_a * wide_b;
        product_2 <= product_1;
        first_1   <= in_first;
        first_2   <= first_1;
    end

    always @(posedge clk)
        if (rst) {out_valid, valids} <= 3'b000;
        else     {out_valid, valids} <= {valids, in_valid};

    always @(posedge clk)
        if (rst) begin
            acc       <= 0;
            saturated <= 0;
        end else if (valids[1]) begin
            acc <= overrun ? {sign, {(ACC_WIDTH-1){~sign}}} : sum;
            if (overrun)      saturated <= 1;
            else if (first_2) saturated <= 0;
        end
endmodule
