// Wrong: the sum wraps around.
module TopModule #(
    parameter int WIDTH     = 8,
    parameter int ACC_WIDTH = 18
) (
    input  logic                        clk,
    input  logic                        rst,
    input  logic                        in_valid,
    input  logic                        in_first,
    input  logic signed [WIDTH-1:0]     a,
    input  logic signed [WIDTH-1:0]     b,
    output logic                        out_valid,
    output logic signed [ACC_WIDTH-1:0] acc,
    output logic                        saturated
);
    localparam signed [ACC_WIDTH-1:0] HIGHEST = {1'b0, {(ACC_WIDTH-1){1'b1}}};
    localparam signed [ACC_WIDTH-1:0] LOWEST  = {1'b1, {(ACC_WIDTH-1){1'b0}}};

    logic                      valid_1, valid_2;
    logic                      first_1, first_2;
    logic signed [WIDTH-1:0]   a_1, b_1;
    logic signed [2*WIDTH-1:0] product;

    // One bit more than the accumulator holds any sum of it and a product.
    wire signed [ACC_WIDTH:0] sum      = first_2 ? product : acc + product;
    wire                      too_high = sum > HIGHEST;
    wire                      too_low  = sum < LOWEST;

    always_ff @(posedge clk) begin
        a_1     <= a;
        b_1     <= b;
        first_1 <= in_first;
        product <= a_1 * b_1;
        first_2 <= first_1;
        if (valid_2) begin
            acc       <= sum[ACC_WIDTH-1:0];
            saturated <= too_high || too_low || (saturated && !first_2);
        end
        valid_1   <= in_valid;
        valid_2   <= valid_1;
        out_valid <= valid_2;
        if (rst) begin
            valid_1   <= 1'b0;
            valid_2   <= 1'b0;
            out_valid <= 1'b0;
            saturated <= 1'b0;
            acc       <= '0;
        end
    end
endmodule
