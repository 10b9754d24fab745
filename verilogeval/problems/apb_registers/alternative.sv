// A state machine for the bus; outputs are 0 outside completing cycles; a byte at a time is written.
module TopModule (
    input  wire        pclk,
    input  wire        presetn,
    input  wire        psel,
    input  wire        penable,
    input  wire        pwrite,
    input  wire [7:0]  paddr,
    input  wire [31:0] pwdata,
    input  wire [3:0]  pstrb,
    output wire [31:0] prdata,
    output wire        pready,
    output wire        pslverr,
    input  wire [7:0]  event_in,
    output wire [31:0] ctrl,
    output wire        irq
);
    localparam [1:0] IDLE = 2'd0, READ_WAIT = 2'd1, LAST = 2'd2;

    reg [1:0] state;
    reg [7:0] file [0:7];       // bytes of CTRL, then of SCRATCH
    reg [7:0] events, enable;
    integer   i;

    wire [5:0] word      = paddr[7:2];
    wire       mapped    = paddr[1:0] == 0 && word <= 4;
    wire       failed    = !mapped || (pwrite && word == 0);
    wire       completes = psel && penable && state == LAST;
    wire       writes    = completes && pwrite && !failed;

    wire [31:0] value = word == 0 ? 32'hE0A10001
                      : word == 1 ? ctrl
                      : word == 2 ? {file[7], file[6], file[5], file[4]}
                      : word == 3 ? {24'd0, events}
                      :             {24'd0, enable};

    assign ctrl    = {file[3], file[2], file[1], file[0]};
    assign irq     = (events & enable) != 0;
    assign pready  = completes;
    assign pslverr = completes && failed;
    assign prdata  = completes && !pwrite && !failed ? value : 32'd0;

    always @(posedge pclk or negedge presetn)
        if (!presetn) state <= IDLE;
        else
            case (state)
                IDLE:      if (psel && !penable) state <= pwrite ? LAST : READ_WAIT;
                READ_WAIT: state <= LAST;
                default:   state <= IDLE;
            endcase

    always @(posedge pclk or negedge presetn)
        if (!presetn) begin
            for (i = 0; i < 8; i = i + 1) file[i] <= i == 0 ? 8'h10 : 8'h00;
            events <= 0;
            enable <= 0;
        end else begin
            for (i = 0; i < 8; i = i + 1)
                if (writes && word == 1 + i / 4 && pstrb[i%4]) file[i] <= pwdata[8*(i%4) +: 8];
            if (writes && word == 4 && pstrb[0]) enable <= pwdata[7:0];
            for (i = 0; i < 8; i = i + 1)
                if (event_in[i]) events[i] <= 1'b1;
                else if (writes && word == 3 && pstrb[0] && pwdata[i]) events[i] <= 1'b0;
        end
endmodule
