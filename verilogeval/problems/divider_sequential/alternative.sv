// Non-restoring division in one shift register, signs handled at the outputs.
module TopModule #(
    parameter WIDTH = 8
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             start,
    input  wire             is_signed,
    input  wire [WIDTH-1:0] dividend,
    input  wire [WIDTH-1:0] divisor,
    output reg              busy,
    output reg              done,
    output wire [WIDTH-1:0] quotient,
    output wire [WIDTH-1:0] remainder
);
    reg signed [WIDTH+1:0] partial;    // may be negative between steps
    reg [WIDTH-1:0]        digits;
    reg [WIDTH-1:0]        by;
    reg [WIDTH-1:0]        original;
    reg [WIDTH-1:0]        ring;       // a single one marks the step
    reg                    minus_q, minus_r, by_zero;

    wire signed [WIDTH+1:0] next_partial = partial[WIDTH+1]
        ? {partial[WIDTH:0], digits[WIDTH-1]} + {2'b00, by}
        : {partial[WIDTH:0], digits[WIDTH-1]} - {2'b00, by};

    // A negative partial remainder at the end needs one last addition.
    wire [WIDTH-1:0] absolute = partial[WIDTH+1] ? partial[WIDTH-1:0] + by : partial[WIDTH-1:0];

    assign quotient  = by_zero ? {WIDTH{1'b1}} : minus_q ? ~digits + 1'b1 : digits;
    assign remainder = by_zero ? original : minus_r ? ~absolute + 1'b1 : absolute;

    always @(posedge clk) begin
        if (rst) begin
            {busy, done, minus_q, minus_r, by_zero} <= 0;
            partial <= 0;
            digits  <= 0;
            by      <= 0;
        end else if (!busy) begin
            done <= 1'b0;
            if (start) begin
                busy     <= 1'b1;
                ring     <= 1;
                partial  <= 0;
                digits   <= is_signed & dividend[WIDTH-1] ? ~dividend + 1'b1 : dividend;
                by       <= is_signed & divisor[WIDTH-1] ? ~divisor + 1'b1 : divisor;
                original <= dividend;
                by_zero  <= divisor == 0;
                minus_q  <= is_signed & (dividend[WIDTH-1] ^ divisor[WIDTH-1]);
                minus_r  <= is_signed & dividend[WIDTH-1];
            end
        end else begin
            partial <= next_partial;
            digits  <= {digits[WIDTH-2:0], ~next_partial[WIDTH+1]};
            ring    <= ring << 1;
            if (ring[WIDTH-1]) begin
                busy <= 1'b0;
                done <= 1'b1;
            end
        end
    end
endmodule
