// A lane counter, and two word registers behind it so that tready is a register, too.
module TopModule #(
    parameter BYTES = 4
) (
    input  wire               aclk,
    input  wire               aresetn,
    input  wire               s_axis_tvalid,
    output wire               s_axis_tready,
    input  wire [7:0]         s_axis_tdata,
    input  wire               s_axis_tkeep,
    input  wire               s_axis_tlast,
    output wire               m_axis_tvalid,
    input  wire               m_axis_tready,
    output wire [8*BYTES-1:0] m_axis_tdata,
    output wire [BYTES-1:0]   m_axis_tkeep,
    output wire               m_axis_tlast
);
    localparam W = 9 * BYTES + 1;   // {last, keep, data}

    reg [$clog2(BYTES)-1:0] lane;
    reg [9*BYTES-1:0]       packing;
    reg [W-1:0]             front, back;
    reg [1:0]               waiting;

    wire               byte_in = s_axis_tvalid & s_axis_tready & s_axis_tkeep;
    wire               last_in = s_axis_tvalid & s_axis_tready & s_axis_tlast;
    wire               done    = last_in | (byte_in & (&lane));
    wire               sent    = m_axis_tvalid & m_axis_tready;
    wire [8*BYTES-1:0] new_data = {{8*(BYTES-1){1'b0}}, s_axis_tdata & {8{byte_in}}} << (8 * lane);
    wire [BYTES-1:0]   new_keep = {{(BYTES-1){1'b0}}, byte_in} << lane;
    wire [9*BYTES-1:0] merged  = packing | {new_keep, new_data};

    assign s_axis_tready = waiting != 2;
    assign m_axis_tvalid = waiting != 0;
    assign {m_axis_tlast, m_axis_tkeep, m_axis_tdata} = front;

    always @(posedge aclk)
        if (!aresetn) begin
            lane    <= 0;
            packing <= 0;
            waiting <= 0;
        end else begin
            waiting <= waiting + done - sent;
            if (done) begin
                lane    <= 0;
                packing <= 0;
            end else if (byte_in) begin
                lane    <= lane + 1'b1;
                packing <= merged;
            end
            if (sent) front <= back;
            if (done && (waiting == 0 || (waiting == 1 && sent))) front <= {last_in, merged};
            if (done) back <= {last_in, merged};
        end
endmodule
