// Random traffic under changing ratios of the two clocks: every word arrives
// once and in order, the FIFO never holds more than it can, and it does fill up
// and run empty.
module async_fifo_tb;
    localparam WIDTH = 8;
    localparam DEPTH = 16;

    reg              write_clk = 0, read_clk = 0, write_rst_n = 0, read_rst_n = 0;
    reg              push = 0, pop = 0;
    reg  [WIDTH-1:0] push_data = 0;
    wire [WIDTH-1:0] pop_data;
    wire             full, empty;

    async_fifo dut (
        .write_clk(write_clk), .write_rst_n(write_rst_n), .push(push),
        .push_data(push_data), .full(full),
        .read_clk(read_clk), .read_rst_n(read_rst_n), .pop(pop),
        .pop_data(pop_data), .empty(empty)
    );

    integer write_half = 50, read_half = 50;
    always #write_half write_clk = ~write_clk;
    always #read_half  read_clk  = ~read_clk;

    integer         errors = 0, pushed = 0, popped = 0, seen_full = 0, seen_empty = 0;
    integer         push_rate = 8, pop_rate = 8;            // of 8
    reg             running = 0;
    reg [WIDTH-1:0] words [0:131071];

    always @(negedge write_clk) if (write_rst_n) begin
        push = running && $urandom % 8 < push_rate;
        push_data = $urandom;
    end
    always @(posedge write_clk) if (write_rst_n) begin
        if (full) seen_full = seen_full + 1;
        if (push && !full) begin
            words[pushed] = push_data;
            pushed = pushed + 1;
            if (pushed - popped > DEPTH) begin
                errors = errors + 1;
                $display("at %0t: %0d words in a FIFO of %0d", $time, pushed - popped, DEPTH);
            end
        end
    end

    always @(negedge read_clk) if (read_rst_n)
        pop = running ? $urandom % 8 < pop_rate : 1;
    always @(posedge read_clk) if (read_rst_n) begin
        if (empty) seen_empty = seen_empty + 1;
        if (pop && !empty) begin
            if (popped >= pushed || pop_data !== words[popped]) begin
                errors = errors + 1;
                if (errors <= 10)
                    $display("word %0d: %h, expected %h", popped, pop_data, words[popped]);
            end
            popped = popped + 1;
        end
    end

    integer phase;
    initial begin
        #501 write_rst_n = 1; read_rst_n = 1;
        repeat (4) @(negedge write_clk);
        if (full !== 0 || empty !== 1) errors = errors + 1;
        running = 1;
        for (phase = 0; phase < 40; phase = phase + 1) begin
            write_half = 20 + $urandom % 100;
            read_half  = 20 + $urandom % 100;
            push_rate  = 1 + $urandom % 8;
            pop_rate   = 1 + $urandom % 8;
            #50003;
        end
        running = 0;                                        // drain
        #20000;
        if (popped != pushed || empty !== 1) begin
            errors = errors + 1;
            $display("%0d words pushed, %0d popped", pushed, popped);
        end
        if (seen_full == 0 || seen_empty == 0) begin
            errors = errors + 1;
            $display("never full or never empty");
        end
        $display("%0d words", popped);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end
endmodule
