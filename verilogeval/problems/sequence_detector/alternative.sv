// A nondeterministic automaton: bit i of `begun` says that the last i bits are the first i of
// the pattern, which is kept with its first bit on top.
module TopModule (
    input  wire       clk,
    input  wire       rst,
    input  wire       load,
    input  wire [7:0] pattern,
    input  wire [3:0] length,
    input  wire       overlap,
    input  wire       valid,
    input  wire       din,
    output reg        found,
    output reg  [7:0] total
);
    reg  [7:0] first_on_top;
    reg  [3:0] size;
    reg        shared;
    reg  [8:1] begun;
    wire [8:0] before_bit = {begun, 1'b1};
    reg  [8:1] after_bit;
    wire [3:0] clipped = length[3] ? 4'd8 : length;
    wire [8:0] reached = {after_bit, 1'b0};
    wire       complete = reached[size];

    integer i;
    always @* begin
        for (i = 1; i <= 8; i = i + 1)
            after_bit[i] = before_bit[i-1] & (first_on_top[8-i] == din);
    end

    always @(posedge clk) begin
        if (rst | load) begin
            found        <= 1'b0;
            total        <= 8'd0;
            begun        <= 8'd0;
            size         <= rst ? 4'd0 : clipped;
            first_on_top <= pattern << (4'd8 - clipped);
            shared       <= overlap;
        end else begin
            found <= valid & complete;
            if (valid) begin
                begun   <= complete & ~shared ? 8'd0 : after_bit;
                total <= total + (complete && total < 8'hff);
            end
        end
    end
endmodule
