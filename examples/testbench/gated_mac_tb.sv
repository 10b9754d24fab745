// Random operands with pauses, against integer arithmetic; inputs change while
// the clock is low and while it is high, which must not disturb the gated clock.
module gated_mac_tb;
    reg               clk = 0, rst_n = 0, valid = 0, first = 0;
    reg  signed [7:0] a = 0, b = 0;
    wire              done;
    wire signed [23:0] sum;

    gated_mac dut (.clk(clk), .rst_n(rst_n), .valid(valid), .first(first),
                   .a(a), .b(b), .done(done), .sum(sum));

    always #5 clk = ~clk;

    integer    errors = 0, checks = 0, i;
    reg signed [23:0] accumulator = 0, pending = 0, expected = 0;
    reg        stage_valid = 0, m_done = 0;

    initial begin
        repeat (2) @(negedge clk);
        rst_n = 1;
        for (i = 0; i < 20000; i = i + 1) begin
            @(posedge clk);
            // Glitches while the clock is high: a gate without its latch would let
            // them through as clock edges.
            #1 valid = $urandom; a = $urandom; b = $urandom; first = $urandom;
            #1 valid = ~valid;
            #1;
            checks = checks + 1;
            if (sum !== expected || done !== m_done) begin
                errors = errors + 1;
                if (errors <= 10)
                    $display("at %0t: sum %0d done %b, expected %0d %b", $time, sum, done,
                             expected, m_done);
            end
            @(negedge clk);
            #2;
            valid = $urandom % 4 < (i / 50 % 4);
            first = $urandom % 16 == 0;
            a = i < 100 ? -128 : $urandom;
            b = i < 100 ? -128 : $urandom;
            // What the coming clock edge does.
            m_done = stage_valid;
            if (stage_valid) expected = pending;
            stage_valid = valid;
            if (valid) begin
                accumulator = (first ? 0 : accumulator) + a * b;
                pending = accumulator;
            end
        end
        $display("%0d checks", checks);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end
endmodule
