// Both directions at once against an independent sender and receiver that know
// only bit times; the sender is up to 2 % fast or slow, and adds wrong parity,
// missing stop bits and glitches.
module uart_tb;
    parameter CLOCKS_PER_BIT = 104;
    parameter PARITY         = 2;
    localparam FRAMES = 300;
    localparam PERIOD = 100;
    localparam BIT    = CLOCKS_PER_BIT * PERIOD;

    reg        clk = 0, rst = 1, tx_valid = 0, rxd = 1;
    reg  [7:0] tx_data = 0;
    wire       tx_ready, txd, rx_valid, rx_parity_error, rx_frame_error;
    wire [7:0] rx_data;

`ifdef NETLIST
    uart dut (
`else
    uart #(.CLOCKS_PER_BIT(CLOCKS_PER_BIT), .PARITY(PARITY)) dut (
`endif
        .clk(clk), .rst(rst), .tx_valid(tx_valid), .tx_ready(tx_ready), .tx_data(tx_data),
        .txd(txd), .rxd(rxd), .rx_valid(rx_valid), .rx_data(rx_data),
        .rx_parity_error(rx_parity_error), .rx_frame_error(rx_frame_error)
    );

    always #(PERIOD / 2) clk = ~clk;

    integer errors = 0, tx_sent = 0, tx_seen = 0, rx_sent = 0, rx_seen = 0;
    reg [7:0] tx_bytes [0:FRAMES-1];
    reg [9:0] rx_frames [0:FRAMES-1];       // parity error, frame error, data

    function parity_of(input [7:0] data);
        parity_of = (^data) ^ (PARITY == 1);
    endfunction

    task fail(input integer which, input [9:0] got, input [9:0] expected);
        begin
            errors = errors + 1;
            if (errors <= 10)
                $display("at %0t: %0s frame: %h, expected %h", $time, which ? "received" : "sent",
                         got, expected);
        end
    endtask

    // Transmit direction: feed the port, decode the line.
    task feed;
        while (tx_sent < FRAMES) begin
            @(negedge clk);
            tx_valid = $urandom % 4 != 0;
            tx_data  = $urandom;
            #1 if (tx_valid && tx_ready) begin
                tx_bytes[tx_sent] = tx_data;
                tx_sent = tx_sent + 1;
                @(negedge clk);
                tx_valid = 0;
                if ($urandom % 4 == 0) repeat ($urandom % 2000) @(negedge clk);
            end
        end
    endtask

    task decode;
        integer i;
        reg [7:0] data;
        reg       good;
        while (tx_seen < FRAMES) begin
            @(negedge txd);
            #(BIT / 2) good = !txd;
            for (i = 0; i < 8; i = i + 1) #BIT data[i] = txd;
            if (PARITY != 0) #BIT good = good && txd == parity_of(data);
            #BIT good = good && txd;
            if (!good || data !== tx_bytes[tx_seen]) fail(0, data, tx_bytes[tx_seen]);
            tx_seen = tx_seen + 1;
        end
    endtask

    // Receive direction: drive the line, watch the port.
    task drive;
        integer i, time_of_bit, glitch_at;
        reg [7:0] data;
        reg       bad_parity, bad_stop;
        while (rx_sent < FRAMES) begin
            data        = $urandom;
            bad_parity  = PARITY != 0 && $urandom % 5 == 0;
            bad_stop    = $urandom % 8 == 0;
            time_of_bit = BIT * (98 + $urandom % 5) / 100;
            if (rx_sent == 0) time_of_bit = BIT;
            rx_frames[rx_sent] = {bad_parity, bad_stop, data};
            rx_sent = rx_sent + 1;
            rxd = 0; #time_of_bit;
            for (i = 0; i < 8; i = i + 1) begin
                rxd = data[i];
                if ($urandom % 2) #time_of_bit;
                else begin                  // one wrong sample, anywhere in the bit
                    glitch_at = time_of_bit / 4 + $urandom % (time_of_bit / 2);
                    #glitch_at            rxd = ~data[i];
                    #PERIOD               rxd = data[i];
                    #(time_of_bit - glitch_at - PERIOD);
                end
            end
            if (PARITY != 0) begin
                rxd = parity_of(data) ^ bad_parity; #time_of_bit;
            end
            rxd = !bad_stop; #time_of_bit;
            rxd = 1;
            if (bad_stop) #(2 * BIT);
            if ($urandom % 4 == 0) begin    // a glitch of one clock on an idle line
                #BIT rxd = 0; #PERIOD rxd = 1; #BIT;
            end
        end
    endtask

    always @(negedge clk) if (!rst && rx_valid) begin
        if (rx_seen >= rx_sent
            || {rx_parity_error, rx_frame_error, rx_data} !== rx_frames[rx_seen])
            fail(1, {rx_parity_error, rx_frame_error, rx_data}, rx_frames[rx_seen]);
        rx_seen = rx_seen + 1;
    end

    initial begin
        repeat (3) @(negedge clk);
        if (!txd || !tx_ready || rx_valid) errors = errors + 1;
        rst = 0;
        fork
            feed;
            decode;
            drive;
        join
        #(4 * BIT);
        if (rx_seen != rx_sent) begin
            errors = errors + 1;
            $display("%0d frames sent to the receiver, %0d received", rx_sent, rx_seen);
        end
        $display("%0d frames sent, %0d received", tx_seen, rx_seen);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end

    initial begin
        #(FRAMES * 100 * BIT);
        $display("FAIL timeout");
        $finish(0);
    end
endmodule
