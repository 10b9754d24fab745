// All 65536 inputs, against division.
module bin_to_bcd_tb;
    reg  [15:0] bin = 0;
    wire [19:0] bcd;

    bin_to_bcd dut (.bin(bin), .bcd(bcd));

    integer i, errors = 0;
    reg [19:0] expected;

    initial begin
        for (i = 0; i < 65536; i = i + 1) begin
            bin = i;
            #1;
            expected[3:0]   = i % 10;
            expected[7:4]   = i / 10 % 10;
            expected[11:8]  = i / 100 % 10;
            expected[15:12] = i / 1000 % 10;
            expected[19:16] = i / 10000;
            if (bcd !== expected) begin
                errors = errors + 1;
                if (errors <= 10) $display("%0d: %h, expected %h", i, bcd, expected);
            end
        end
        $display("%0d checks", i);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end
endmodule
