// Random requests and weights against a model with integer credits and, for the
// matrix policy, time stamps; then shares of a saturated arbiter are counted.
module arbiter_tb;
    parameter N            = 8;
    parameter WEIGHT       = 3;
    parameter LEAST_RECENT = 0;
    localparam INDEX = $clog2(N);

    reg                 clk = 0, rst = 1, en = 0;
    reg  [N-1:0]        req = 0;
    reg  [N*WEIGHT-1:0] weight = 0;
    wire                valid;
    wire [N-1:0]        grant;
    wire [INDEX-1:0]    index;

`ifdef NETLIST
    arbiter dut (
`else
    arbiter #(.N(N), .WEIGHT(WEIGHT), .LEAST_RECENT(LEAST_RECENT)) dut (
`endif
        .clk(clk), .rst(rst), .en(en), .req(req), .weight(weight),
        .valid(valid), .grant(grant), .index(index)
    );

    always #5 clk = ~clk;

    integer errors = 0, checks = 0;
    integer credit [0:N-1], stamp [0:N-1], count [0:N-1];
    integer now = 0, last = -1, m_winner = -1;

    function integer weight_of(input integer i);
        weight_of = (weight >> (WEIGHT * i)) & ((1 << WEIGHT) - 1);
    endfunction

    task model;
        integer i, k;
        reg     funded, entitled;
        reg [N-1:0] candidate;
        begin
            funded = 0; entitled = 0; candidate = 0;
            for (i = 0; i < N; i = i + 1)
                if (req[i] && weight_of(i) != 0) begin
                    entitled = 1;
                    if (credit[i] != 0) funded = 1;
                end
            if (entitled && !funded)
                for (i = 0; i < N; i = i + 1) credit[i] = weight_of(i);
            for (i = 0; i < N; i = i + 1)
                candidate[i] = req[i] && weight_of(i) != 0 && credit[i] != 0;
            m_winner = -1;
            for (k = 0; k < N; k = k + 1) begin
                i = LEAST_RECENT ? k : (last + 1 + k) % N;
                if (candidate[i] && (m_winner < 0
                                     || (LEAST_RECENT && stamp[i] < stamp[m_winner])))
                    m_winner = i;
            end
            if (m_winner >= 0) begin
                now = now + 1;
                stamp[m_winner]  = now;
                last             = m_winner;
                credit[m_winner] = credit[m_winner] - 1;
            end
        end
    endtask

    task check;
        begin
            checks = checks + 1;
            if (valid !== (m_winner >= 0) || grant !== (m_winner < 0 ? 0 : 1 << m_winner)
                || (m_winner >= 0 && index !== m_winner)) begin
                errors = errors + 1;
                if (errors <= 10)
                    $display("at %0t: grant %b index %0d valid %b, expected %0d", $time, grant,
                             index, valid, m_winner);
            end
        end
    endtask

    integer i, n;
    initial begin
        for (i = 0; i < N; i = i + 1) begin
            credit[i] = 0; stamp[i] = i - N; count[i] = 0;
        end
        repeat (2) @(negedge clk);
        check;
        rst = 0;
        for (n = 0; n < 20000; n = n + 1) begin
            if (n % 100 == 0) weight = {$urandom, $urandom, $urandom, $urandom};
            req = $urandom;
            if (n / 1000 % 3 == 0) req = req & $urandom & $urandom;
            if (n / 1000 % 3 == 1) req = req | $urandom | $urandom;
            en  = $urandom % 8 != 0;
            if (en) model;
            @(negedge clk);
            check;
        end

        // Everybody always asks: after whole rounds, shares are as the weights.
        for (i = 0; i < N; i = i + 1) weight[WEIGHT * i +: WEIGHT] = i;
        req = -1; en = 0;
        rst = 1;
        @(negedge clk);
        rst = 0; en = 1;
        repeat (10 * N * (N - 1) / 2) begin
            @(negedge clk);
            if (valid) count[index] = count[index] + 1;
        end
        for (i = 0; i < N; i = i + 1)
            if (count[i] != 10 * weight_of(i)) begin
                errors = errors + 1;
                $display("requester %0d: %0d grants, expected %0d", i, count[i], 10 * weight_of(i));
            end
        $display("%0d checks", checks);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end
endmodule
