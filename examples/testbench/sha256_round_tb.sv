// Hashes the FIPS 180-4 example messages to their published digests, then compares
// random states, constants and words with a behavioural round, with random enables.
module sha256_round_tb;
    parameter ROUNDS = 1;

    reg                  clk = 0, rst_n = 0, load = 0, en = 0;
    reg  [255:0]         initial_state = 0;
    reg  [32*ROUNDS-1:0] k = 0, w = 0;
    wire [255:0]         state;

`ifdef NETLIST
    sha256_round dut (
`else
    sha256_round #(.ROUNDS(ROUNDS)) dut (
`endif
        .clk(clk), .rst_n(rst_n), .load(load), .initial_state(initial_state),
        .en(en), .k(k), .w(w), .state(state)
    );

    always #5 clk = ~clk;

    localparam [255:0] H0 = {
        32'h6a09e667, 32'hbb67ae85, 32'h3c6ef372, 32'ha54ff53a,
        32'h510e527f, 32'h9b05688c, 32'h1f83d9ab, 32'h5be0cd19
    };
    localparam [64*32-1:0] K = {
        32'h428a2f98, 32'h71374491, 32'hb5c0fbcf, 32'he9b5dba5,
        32'h3956c25b, 32'h59f111f1, 32'h923f82a4, 32'hab1c5ed5,
        32'hd807aa98, 32'h12835b01, 32'h243185be, 32'h550c7dc3,
        32'h72be5d74, 32'h80deb1fe, 32'h9bdc06a7, 32'hc19bf174,
        32'he49b69c1, 32'hefbe4786, 32'h0fc19dc6, 32'h240ca1cc,
        32'h2de92c6f, 32'h4a7484aa, 32'h5cb0a9dc, 32'h76f988da,
        32'h983e5152, 32'ha831c66d, 32'hb00327c8, 32'hbf597fc7,
        32'hc6e00bf3, 32'hd5a79147, 32'h06ca6351, 32'h14292967,
        32'h27b70a85, 32'h2e1b2138, 32'h4d2c6dfc, 32'h53380d13,
        32'h650a7354, 32'h766a0abb, 32'h81c2c92e, 32'h92722c85,
        32'ha2bfe8a1, 32'ha81a664b, 32'hc24b8b70, 32'hc76c51a3,
        32'hd192e819, 32'hd6990624, 32'hf40e3585, 32'h106aa070,
        32'h19a4c116, 32'h1e376c08, 32'h2748774c, 32'h34b0bcb5,
        32'h391c0cb3, 32'h4ed8aa4a, 32'h5b9cca4f, 32'h682e6ff3,
        32'h748f82ee, 32'h78a5636f, 32'h84c87814, 32'h8cc70208,
        32'h90befffa, 32'ha4506ceb, 32'hbef9a3f7, 32'hc67178f2
    };

    integer     errors = 0, checks = 0;
    reg [255:0] hash;
    reg [31:0]  schedule [0:63];

    task check(input [255:0] got, input [255:0] expected);
        begin
            checks = checks + 1;
            if (got !== expected) begin
                errors = errors + 1;
                if (errors <= 10) $display("check %0d: %h, expected %h", checks, got, expected);
            end
        end
    endtask

    function [31:0] rotr(input [31:0] x, input integer n);
        rotr = {x, x} >> n;
    endfunction

    // One block: `hash` becomes the next chaining value.
    task compress(input [511:0] block);
        integer t, r;
        reg [31:0] s0, s1;
        begin
            for (t = 0; t < 64; t = t + 1)
                if (t < 16) schedule[t] = block[32 * (15 - t) +: 32];
                else begin
                    s0 = schedule[t-15];
                    s1 = schedule[t-2];
                    schedule[t] = schedule[t-16] + schedule[t-7]
                                + (rotr(s0, 7) ^ rotr(s0, 18) ^ (s0 >> 3))
                                + (rotr(s1, 17) ^ rotr(s1, 19) ^ (s1 >> 10));
                end
            load = 1; initial_state = hash;
            @(negedge clk);
            load = 0; en = 1;
            for (t = 0; t < 64; t = t + ROUNDS) begin
                for (r = 0; r < ROUNDS; r = r + 1) begin
                    k[32*r +: 32] = K[32 * (63 - t - r) +: 32];
                    w[32*r +: 32] = schedule[t + r];
                end
                @(negedge clk);
            end
            en = 0;
            for (t = 0; t < 8; t = t + 1)
                hash[32*t +: 32] = hash[32*t +: 32] + state[32*t +: 32];
        end
    endtask

    reg [255:0] model;
    task model_rounds;
        integer r;
        reg [31:0] a, b, c, d, e, f, g, h, t1, t2;
        for (r = 0; r < ROUNDS; r = r + 1) begin
            {a, b, c, d, e, f, g, h} = model;
            t1 = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + (e & f | ~e & g)
               + k[32*r +: 32] + w[32*r +: 32];
            t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + (a & b | c & (a | b));
            model = {t1 + t2, a, b, c, d + t1, e, f, g};
        end
    endtask

    integer i;
    initial begin
        repeat (2) @(negedge clk);
        check(state, 0);
        rst_n = 1;

        hash = H0;                                               // "abc"
        compress({"abc", 8'h80, 416'b0, 64'd24});
        check(hash, 256'hba7816bf_8f01cfea_414140de_5dae2223_b00361a3_96177a9c_b410ff61_f20015ad);

        hash = H0;                                               // the empty message
        compress({8'h80, 504'b0});
        check(hash, 256'he3b0c442_98fc1c14_9afbf4c8_996fb924_27ae41e4_649b934c_a495991b_7852b855);

        hash = H0;                                               // two blocks
        compress({"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 8'h80, 56'b0});
        compress({448'b0, 64'd448});
        check(hash, 256'h248d6a61_d20638b8_e5c02693_0c3e6039_a33ce459_64ff2167_f6ecedd4_19db06c1);

        model = state;
        for (i = 0; i < 2000; i = i + 1) begin
            load = $urandom % 8 == 0;
            en   = $urandom % 4 != 0;
            initial_state = {$urandom, $urandom, $urandom, $urandom,
                             $urandom, $urandom, $urandom, $urandom};
            k = {ROUNDS{$urandom}} ^ $urandom;
            w = {ROUNDS{$urandom}} ^ $urandom;
            if (load)    model = initial_state;
            else if (en) model_rounds;
            @(negedge clk);
            check(state, model);
        end

        $display("%0d checks", checks);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end
endmodule
