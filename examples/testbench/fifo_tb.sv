// Fills, drains and random traffic, against a queue; all flags every cycle.
module fifo_tb;
    parameter WIDTH = 8;
    parameter DEPTH = 16;
    localparam COUNT = $clog2(DEPTH + 1);

    reg              clk = 0, rst_n = 0, clear = 0, push = 0, pop = 0;
    reg  [WIDTH-1:0] push_data = 0;
    wire [WIDTH-1:0] pop_data;
    wire [COUNT-1:0] count;
    wire             full, almost_full, empty, almost_empty, overflow, underflow;

`ifdef NETLIST
    fifo dut (
`else
    fifo #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
`endif
        .clk(clk), .rst_n(rst_n), .clear(clear),
        .push(push), .push_data(push_data), .full(full), .almost_full(almost_full),
        .pop(pop), .pop_data(pop_data), .empty(empty), .almost_empty(almost_empty),
        .count(count), .overflow(overflow), .underflow(underflow)
    );

    always #5 clk = ~clk;

    integer           errors = 0, checks = 0;
    reg [WIDTH-1:0]   queue [0:65535];
    integer           head = 0, tail = 0;
    reg               m_overflow = 0, m_underflow = 0;

    task check;
        integer n;
        begin
            n = tail - head;
            checks = checks + 1;
            if (count !== n || full !== (n == DEPTH) || empty !== (n == 0)
                || almost_full !== (n >= DEPTH - 2) || almost_empty !== (n <= 2)
                || overflow !== m_overflow || underflow !== m_underflow
                || (n > 0 && pop_data !== queue[head])) begin
                errors = errors + 1;
                if (errors <= 10)
                    $display("at %0t: count %0d data %h flags %b, expected %0d %h", $time, count,
                             pop_data, {full, almost_full, empty, almost_empty, overflow, underflow},
                             n, queue[head]);
            end
        end
    endtask

    task cycle(input t_push, input t_pop, input t_clear);
        integer n;
        begin
            push = t_push; pop = t_pop; clear = t_clear; push_data = $urandom;
            #1 check;                              // outputs do not depend on inputs
            n = tail - head;
            if (clear) begin
                head = tail; m_overflow = 0; m_underflow = 0;
            end else begin
                if (push && n == DEPTH) m_overflow = 1;
                if (pop && n == 0)      m_underflow = 1;
                if (push && n < DEPTH) begin queue[tail] = push_data; tail = tail + 1; end
                if (pop && n > 0)      head = head + 1;
            end
            @(negedge clk);
            check;
        end
    endtask

    integer i, phase;
    initial begin
        repeat (2) @(negedge clk);
        check;
        rst_n = 1;
        repeat (DEPTH + 3) cycle(1, 0, 0);
        cycle(1, 1, 0);                            // push and pop while full
        repeat (DEPTH + 3) cycle(0, 1, 0);
        cycle(1, 1, 0);                            // and while empty
        cycle(0, 0, 1);
        for (i = 0; i < 20000; i = i + 1) begin
            phase = i / 200 % 3;                   // filling, draining, balanced
            cycle($urandom % 4 < (phase == 0 ? 3 : phase == 1 ? 1 : 2),
                  $urandom % 4 < (phase == 0 ? 1 : phase == 1 ? 3 : 2),
                  $urandom % 500 == 0);
        end
        push = 0; pop = 0; clear = 0;
        #2 rst_n = 0;                              // between clock edges
        head = tail; m_overflow = 0; m_underflow = 0;
        #1 check;
        $display("%0d checks", checks);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end
endmodule
