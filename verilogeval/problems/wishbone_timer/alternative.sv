// One process per register and a combinational next value; read data is chosen by stored address.
module TopModule (
    input  wire        clk_i,
    input  wire        rst_i,
    input  wire        cyc_i,
    input  wire        stb_i,
    input  wire        we_i,
    input  wire [1:0]  adr_i,
    input  wire [31:0] dat_i,
    input  wire [3:0]  sel_i,
    output wire [31:0] dat_o,
    output reg         ack_o,
    output wire        irq_o
);
    localparam [1:0] WAITING = 2'b01, ANSWERING = 2'b10;

    reg [1:0]  state;
    reg [2:0]  control;
    reg        expired;
    reg [31:0] reload, count, held;
    reg [31:0] new_reload, ticked;
    integer    b;

    wire       go         = state == WAITING && cyc_i && stb_i;
    wire [3:0] lanes      = go && we_i ? sel_i : 4'd0;
    wire       to_control = adr_i == 0 && lanes[0];
    wire       to_reload  = adr_i == 1 && lanes != 0;
    wire       to_status  = adr_i == 3 && lanes[0];
    wire       ends       = control[0] & ~|count;

    always @* begin
        new_reload = reload;
        for (b = 0; b < 4; b = b + 1)
            if (lanes[b]) new_reload[8*b +: 8] = dat_i[8*b +: 8];
        casez ({control[1:0], ends})
            3'b?00:  ticked = count;
            3'b?10:  ticked = count - 1;
            3'b1?1:  ticked = reload;
            default: ticked = 0;
        endcase
    end

    always @(posedge clk_i)
        if (rst_i)   state <= WAITING;
        else if (go) state <= ANSWERING;
        else         state <= WAITING;

    always @* ack_o = state == ANSWERING;

    always @(posedge clk_i)
        if (rst_i)           control <= 0;
        else if (to_control) control <= dat_i[2:0];
        else if (ends)       control <= {control[2:1], control[1]};

    always @(posedge clk_i)
        if (rst_i)                      expired <= 0;
        else if (ends)                  expired <= 1;
        else if (to_status && dat_i[0]) expired <= 0;

    always @(posedge clk_i)
        if (rst_i)          reload <= 0;
        else if (to_reload) reload <= new_reload;

    always @(posedge clk_i)
        if (rst_i)          count <= 0;
        else if (to_reload) count <= new_reload;
        else                count <= ticked;

    always @(posedge clk_i)
        held <= adr_i[1] ? (adr_i[0] ? {31'd0, expired} : count)
                         : (adr_i[0] ? reload : {29'd0, control});

    assign dat_o = held;
    assign irq_o = expired & control[2];
endmodule
