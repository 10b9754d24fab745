// Symmetric (linear-phase) FIR filter with constant coefficients.
//
// Symmetry halves the multipliers: the two samples that share a coefficient are
// added first. Pipeline: delay line, pre-adder, product, then one register per
// level of the adder tree, so that no path holds more than one multiplier or
// adder. Results keep full precision; rounding is left to the user.
//
// SystemVerilog. Asynchronous reset, active low. The delay line moves only with
// a sample, so samples may come with gaps.

module fir #(
    parameter  int WIDTH       = 12,                 // signed samples
    parameter  int COEFF_WIDTH = 11,                 // signed coefficients
    parameter  int TAPS        = 16,                 // even or odd, 3 or more
    localparam int UNIQUE      = (TAPS + 1) / 2,
    // Coefficients 0 .. UNIQUE-1, outermost tap first (in the lowest bits). The
    // default is a low-pass filter: Hamming-windowed sinc, cut-off at 0.15 of
    // the sampling rate, scaled to a sum of 2048.
    parameter  logic [UNIQUE*COEFF_WIDTH-1:0] COEFFS = {
        11'sd583, 11'sd389, 11'sd141, -11'sd17, -11'sd51, -11'sd24, -11'sd2, 11'sd5
    },
    localparam int OUT_WIDTH   = WIDTH + COEFF_WIDTH + $clog2(TAPS)
) (
    input  logic                        clk,
    input  logic                        rst_n,
    input  logic                        in_valid,
    input  logic signed [WIDTH-1:0]     in_data,
    output logic                        out_valid,
    output logic signed [OUT_WIDTH-1:0] out_data
);
    localparam int LEVELS  = $clog2(UNIQUE);        // of the adder tree
    localparam int LEAVES  = 1 << LEVELS;
    localparam int LATENCY = 3 + LEVELS;

    // Delay line: sample 0 is the newest.
    logic [TAPS-1:0][WIDTH-1:0] sample;

    always_ff @(posedge clk or negedge rst_n)
        if (!rst_n)        sample <= '0;
        else if (in_valid) sample <= {sample[TAPS-2:0], in_data};

    // One more bit than the samples, since two of them are added.
    logic [UNIQUE-1:0][WIDTH:0] paired;

    for (genvar i = 0; i < UNIQUE; i++) begin : g_pair
        localparam int MIRROR = TAPS - 1 - i;
        wire signed [WIDTH-1:0] near = sample[i];
        wire signed [WIDTH-1:0] far  = (MIRROR == i) ? '0 : sample[MIRROR];

        always_ff @(posedge clk or negedge rst_n)
            if (!rst_n) paired[i] <= '0;
            else        paired[i] <= near + far;
    end

    // Adder tree as a heap: node 1 is the result, node n adds nodes 2n and 2n+1,
    // and the last LEAVES nodes are the products. Leaves without a product are
    // zero and vanish in synthesis.
    logic [2*LEAVES-1:1][OUT_WIDTH-1:0] node;

    for (genvar i = 0; i < LEAVES; i++) begin : g_leaf
        if (i < UNIQUE) begin : g_product
            localparam logic signed [COEFF_WIDTH-1:0] COEFF = COEFFS[i*COEFF_WIDTH +: COEFF_WIDTH];
            wire signed [WIDTH:0]       factor  = paired[i];
            wire signed [OUT_WIDTH-1:0] product = factor * COEFF;

            always_ff @(posedge clk or negedge rst_n)
                if (!rst_n) node[LEAVES+i] <= '0;
                else        node[LEAVES+i] <= product;
        end else begin : g_none
            always_ff @(posedge clk or negedge rst_n)
                if (!rst_n) node[LEAVES+i] <= '0;
                else        node[LEAVES+i] <= '0;
        end
    end

    for (genvar n = 1; n < LEAVES; n++) begin : g_sum
        always_ff @(posedge clk or negedge rst_n)
            if (!rst_n) node[n] <= '0;
            else        node[n] <= node[2*n] + node[2*n+1];
    end

    logic [LATENCY-1:0] valid;

    always_ff @(posedge clk or negedge rst_n)
        if (!rst_n) valid <= '0;
        else        valid <= {valid[LATENCY-2:0], in_valid};

    assign out_valid = valid[LATENCY-1];
    assign out_data  = node[1];
endmodule
