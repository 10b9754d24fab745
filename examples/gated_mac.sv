// Multiply-accumulate unit with a gated clock: its registers see a clock edge
// only when there is work, the usual way to save power in a datapath.
//
// The gate is the standard latch-and-AND cell. The latch holds the enable while
// the clock is high, so that a late or glitching enable cannot cut a pulse
// short. In a flow with a real library, map `clock_gate` to its integrated cell
// and keep logic optimisation out of the clock path.
//
// SystemVerilog. Asynchronous reset, active low: a synchronous one would not
// reach flops whose clock stands still.

module clock_gate (
    input  logic clk,
    input  logic en,
    output logic gated_clk
);
    logic latched;

    always_latch
        if (!clk) latched = en;

    assign gated_clk = clk & latched;
endmodule

module gated_mac #(
    parameter int WIDTH = 8,                // signed operands
    parameter int GUARD = 8                 // bits of growth in the accumulator
) (
    input  logic                            clk,
    input  logic                            rst_n,
    input  logic                            valid,     // a and b take part
    input  logic                            first,     // and start a new sum
    input  logic signed [WIDTH-1:0]         a,
    input  logic signed [WIDTH-1:0]         b,
    output logic                            done,      // sum has just changed
    output logic signed [2*WIDTH+GUARD-1:0] sum
);
    // Two stages, each with its own gate: operands, then accumulator.
    logic operand_clk, sum_clk, stage_valid;

    clock_gate operand_gate (.clk(clk), .en(valid), .gated_clk(operand_clk));
    clock_gate sum_gate (.clk(clk), .en(stage_valid), .gated_clk(sum_clk));

    logic                    stage_first;
    logic signed [WIDTH-1:0] stage_a, stage_b;

    wire signed [2*WIDTH-1:0]       product = stage_a * stage_b;
    wire signed [2*WIDTH+GUARD-1:0] base    = stage_first ? '0 : sum;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            stage_valid <= 1'b0;
            done        <= 1'b0;
        end else begin
            stage_valid <= valid;
            done        <= stage_valid;
        end
    end

    always_ff @(posedge operand_clk or negedge rst_n) begin
        if (!rst_n) begin
            stage_first <= 1'b0;
            stage_a     <= '0;
            stage_b     <= '0;
        end else begin
            stage_first <= first;
            stage_a     <= a;
            stage_b     <= b;
        end
    end

    always_ff @(posedge sum_clk or negedge rst_n) begin
        if (!rst_n) sum <= '0;
        else        sum <= base + product;
    end
endmodule
