// Wrong: reads have two wait states.
module TopModule (
    input  logic        pclk,
    input  logic        presetn,
    input  logic        psel,
    input  logic        penable,
    input  logic        pwrite,
    input  logic [7:0]  paddr,
    input  logic [31:0] pwdata,
    input  logic [3:0]  pstrb,
    output logic [31:0] prdata,
    output logic        pready,
    output logic        pslverr,
    input  logic [7:0]  event_in,
    output logic [31:0] ctrl,
    output logic        irq
);
    localparam logic [7:0]  ID      = 8'h00;
    localparam logic [7:0]  CTRL    = 8'h04;
    localparam logic [7:0]  SCRATCH = 8'h08;
    localparam logic [7:0]  EVENTS  = 8'h0C;
    localparam logic [7:0]  ENABLE  = 8'h10;
    localparam logic [31:0] ID_WORD = 32'hE0A10001;

    logic [31:0] scratch;
    logic [7:0]  events;
    logic [7:0]  enable;
    logic        waited;    // the read had its wait state
    logic        known;
    logic        twice;

    wire        access = psel && penable;
    wire        write  = access && pwrite;
    wire [31:0] mask   = {{8{pstrb[3]}}, {8{pstrb[2]}}, {8{pstrb[1]}}, {8{pstrb[0]}}};
    wire [7:0]  clear  = write && paddr == EVENTS ? pwdata[7:0] & mask[7:0] : 8'h00;

    assign pready  = pwrite || twice;
    assign pslverr = !known || (pwrite && paddr == ID);
    assign irq     = |(events & enable);

    always_comb begin
        known = 1'b1;
        case (paddr)
            ID:      prdata = ID_WORD;
            CTRL:    prdata = ctrl;
            SCRATCH: prdata = scratch;
            EVENTS:  prdata = {24'h0, events};
            ENABLE:  prdata = {24'h0, enable};
            default: begin
                prdata = 32'h0;
                known  = 1'b0;
            end
        endcase
    end

    always_ff @(posedge pclk or negedge presetn) begin
        if (!presetn) begin
            ctrl    <= 32'h10;
            scratch <= 32'h0;
            events  <= 8'h0;
            enable  <= 8'h0;
            waited  <= 1'b0;
            twice   <= 1'b0;
        end else begin
            waited <= access && !pwrite && !waited && !twice;
            twice  <= access && waited;
            events <= (events & ~clear) | event_in;
            if (write)
                case (paddr)
                    CTRL:    ctrl    <= (pwdata & mask) | (ctrl & ~mask);
                    SCRATCH: scratch <= (pwdata & mask) | (scratch & ~mask);
                    ENABLE:  enable  <= (pwdata[7:0] & mask[7:0]) | (enable & ~mask[7:0]);
                    default: ;
                endcase
        end
    end
endmodule
