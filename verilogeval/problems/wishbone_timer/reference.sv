module TopModule (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic        cyc_i,
    input  logic        stb_i,
    input  logic        we_i,
    input  logic [1:0]  adr_i,
    input  logic [31:0] dat_i,
    input  logic [3:0]  sel_i,
    output logic [31:0] dat_o,
    output logic        ack_o,
    output logic        irq_o
);
    logic        en, auto, ie, expired;
    logic [31:0] reload;
    logic [31:0] count;

    wire        request = cyc_i && stb_i && !ack_o;
    wire        write   = request && we_i;
    wire        expires = en && count == 0;
    wire [31:0] mask    = {{8{sel_i[3]}}, {8{sel_i[2]}}, {8{sel_i[1]}}, {8{sel_i[0]}}};
    wire [31:0] merged  = (dat_i & mask) | (reload & ~mask);

    assign irq_o = expired && ie;

    always_ff @(posedge clk_i) begin
        ack_o <= request;
        case (adr_i)
            2'd0:    dat_o <= {29'd0, ie, auto, en};
            2'd1:    dat_o <= reload;
            2'd2:    dat_o <= count;
            default: dat_o <= {31'd0, expired};
        endcase

        if (write && adr_i == 2'd3 && sel_i[0] && dat_i[0]) expired <= 1'b0;
        if (en) count <= count - 1'b1;
        if (expires) begin
            expired <= 1'b1;
            count   <= auto ? reload : 32'd0;
            en      <= auto;
        end
        if (write && adr_i == 2'd0 && sel_i[0]) {ie, auto, en} <= dat_i[2:0];
        if (write && adr_i == 2'd1 && sel_i != 0) begin
            reload <= merged;
            count  <= merged;
        end

        if (rst_i) begin
            {ie, auto, en} <= 3'b000;
            expired        <= 1'b0;
            reload         <= 32'd0;
            count          <= 32'd0;
            ack_o          <= 1'b0;
        end
    end
endmodule
