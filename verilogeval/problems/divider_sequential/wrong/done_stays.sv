// Wrong: done stays until the next start.
module TopModule #(
    parameter int WIDTH = 8
) (
    input  logic             clk,
    input  logic             rst,
    input  logic             start,
    input  logic             is_signed,
    input  logic [WIDTH-1:0] dividend,
    input  logic [WIDTH-1:0] divisor,
    output logic             busy,
    output logic             done,
    output logic [WIDTH-1:0] quotient,
    output logic [WIDTH-1:0] remainder
);
    localparam int CW = $clog2(WIDTH + 1);

    logic [WIDTH-1:0] magnitude;    // of the divisor
    logic [WIDTH-1:0] rest;         // partial remainder
    logic [WIDTH-1:0] bits;         // dividend bits still to use above, quotient bits below
    logic [CW-1:0]    left;
    logic             negate_quotient;
    logic             negate_remainder;

    wire dividend_negative = is_signed && dividend[WIDTH-1];
    wire divisor_negative  = is_signed && divisor[WIDTH-1];

    // One step of long division: bring down a bit, subtract where that goes.
    wire [WIDTH:0]   brought = {rest, bits[WIDTH-1]};
    wire             fits    = brought >= {1'b0, magnitude};
    wire [WIDTH-1:0] reduced = fits ? brought[WIDTH-1:0] - magnitude : brought[WIDTH-1:0];
    wire [WIDTH-1:0] shifted = {bits[WIDTH-2:0], fits};

    assign busy = left != 0;

    always_ff @(posedge clk) begin
        if (start) done <= 1'b0;
        if (busy) begin
            rest <= reduced;
            bits <= shifted;
            left <= left - 1'b1;
            if (left == 1) begin
                done      <= 1'b1;
                quotient  <= negate_quotient ? -shifted : shifted;
                remainder <= negate_remainder ? -reduced : reduced;
            end
        end else if (start) begin
            magnitude        <= divisor_negative ? -divisor : divisor;
            bits             <= dividend_negative ? -dividend : dividend;
            rest             <= '0;
            left             <= CW'(WIDTH);
            // Division by zero gives all ones by itself, unless it were negated.
            negate_quotient  <= dividend_negative != divisor_negative && divisor != 0;
            negate_remainder <= dividend_negative;
        end
        if (rst) begin
            left      <= '0;
            done      <= 1'b0;
            quotient  <= '0;
            remainder <= '0;
        end
    end
endmodule
