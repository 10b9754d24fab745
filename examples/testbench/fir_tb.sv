// Impulse, step, full-scale and random samples with random gaps, against a
// direct convolution.
module fir_tb;
    parameter WIDTH = 12;
    parameter OUT_WIDTH = 27;

    reg                         clk = 0, rst_n = 0, in_valid = 0;
    reg  signed [WIDTH-1:0]     in_data = 0;
    wire                        out_valid;
    wire signed [OUT_WIDTH-1:0] out_data;

    fir dut (.clk(clk), .rst_n(rst_n), .in_valid(in_valid), .in_data(in_data),
             .out_valid(out_valid), .out_data(out_data));

    always #5 clk = ~clk;

    integer errors = 0, sent = 0, received = 0;
    integer history [0:15];
    integer expected [0:8191];

    function integer coeff(input integer i);
        case (i < 8 ? i : 15 - i)
            0: coeff = 5;
            1: coeff = -2;
            2: coeff = -24;
            3: coeff = -51;
            4: coeff = -17;
            5: coeff = 141;
            6: coeff = 389;
            default: coeff = 583;
        endcase
    endfunction

    task send(input signed [WIDTH-1:0] x);
        integer i, sum;
        begin
            for (i = 15; i > 0; i = i - 1) history[i] = history[i-1];
            history[0] = x;
            sum = 0;
            for (i = 0; i < 16; i = i + 1) sum = sum + coeff(i) * history[i];
            expected[sent] = sum;
            sent = sent + 1;
            in_valid = 1; in_data = x;
            @(negedge clk);
            in_valid = 0; in_data = $urandom;
            if ($urandom % 3 == 0) repeat ($urandom % 4) @(negedge clk);
        end
    endtask

    always @(posedge clk) if (rst_n && out_valid) begin
        if (out_data !== expected[received]) begin
            errors = errors + 1;
            if (errors <= 10)
                $display("result %0d: %0d, expected %0d", received, out_data, expected[received]);
        end
        received = received + 1;
    end

    integer i;
    initial begin
        for (i = 0; i < 16; i = i + 1) history[i] = 0;
        repeat (2) @(negedge clk);
        rst_n = 1;
        @(negedge clk);
        send(1);
        repeat (20) send(0);
        repeat (20) send(2047);
        repeat (20) send(-2048);
        for (i = 0; i < 40; i = i + 1)                 // the worst case for growth
            send(coeff(i % 16) < 0 ? -2048 : 2047);
        repeat (4000) send($urandom);
        repeat (20) @(negedge clk);
        if (received != sent) begin
            errors = errors + 1;
            $display("sent %0d samples, received %0d results", sent, received);
        end
        $display("%0d results checked", received);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end
endmodule
