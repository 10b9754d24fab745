// SHA-256 compression (FIPS 180-4): ROUNDS rounds per clock on a registered
// working state.
//
// The message schedule and the round constants come from outside; this is the
// part that limits the clock of every implementation, for the new `a` is the sum
// of seven operands, and the next round needs it at once.
//
// Verilog-2005. Synchronous reset, active low, and an enable.

// One round, purely combinational. A state packs a (highest) .. h (lowest).
module sha256_step (
    input  [255:0] state,
    input  [31:0]  k,
    input  [31:0]  w,
    output [255:0] next
);
    function [31:0] rotr;
        input [31:0] x;
        input integer n;
        rotr = (x >> n) | (x << (32 - n));
    endfunction

    wire [31:0] a, b, c, d, e, f, g, h;
    assign {a, b, c, d, e, f, g, h} = state;

    wire [31:0] sum0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    wire [31:0] sum1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    wire [31:0] ch   = (e & f) ^ (~e & g);
    wire [31:0] maj  = (a & b) ^ (a & c) ^ (b & c);

    wire [31:0] t1 = h + sum1 + ch + k + w;
    wire [31:0] t2 = sum0 + maj;

    assign next = {t1 + t2, a, b, c, d + t1, e, f, g};
endmodule

module sha256_round #(
    parameter ROUNDS = 1
) (
    input                   clk,
    input                   rst_n,
    input                   load,        // take `initial_state`; wins over `en`
    input      [255:0]      initial_state,
    input                   en,          // advance by ROUNDS rounds
    input  [32*ROUNDS-1:0]  k,           // first round in the lowest 32 bits
    input  [32*ROUNDS-1:0]  w,
    output reg [255:0]      state
);
    wire [255:0] chain [0:ROUNDS];

    assign chain[0] = state;

    genvar i;
    generate
        for (i = 0; i < ROUNDS; i = i + 1) begin : g_round
            sha256_step step (
                .state(chain[i]), .k(k[32*i +: 32]), .w(w[32*i +: 32]), .next(chain[i+1])
            );
        end
    endgenerate

    always @(posedge clk) begin
        if (!rst_n)    state <= 256'b0;
        else if (load) state <= initial_state;
        else if (en)   state <= chain[ROUNDS];
    end
endmodule
