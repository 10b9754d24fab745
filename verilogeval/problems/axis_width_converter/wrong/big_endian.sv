// Wrong: the first byte goes into the highest lane.
module TopModule #(
    parameter int BYTES = 4
) (
    input  logic               aclk,
    input  logic               aresetn,
    input  logic               s_axis_tvalid,
    output logic               s_axis_tready,
    input  logic [7:0]         s_axis_tdata,
    input  logic               s_axis_tkeep,
    input  logic               s_axis_tlast,
    output logic               m_axis_tvalid,
    input  logic               m_axis_tready,
    output logic [8*BYTES-1:0] m_axis_tdata,
    output logic [BYTES-1:0]   m_axis_tkeep,
    output logic               m_axis_tlast
);
    // The word that is being packed; `filled` is a run of ones from lane 0.
    logic [8*BYTES-1:0] data;
    logic [BYTES-1:0]   filled;

    logic [8*BYTES-1:0] data_now;
    logic [BYTES-1:0]   filled_now;
    wire                accept   = s_axis_tvalid && s_axis_tready;
    wire                complete = s_axis_tlast || filled_now[BYTES-1];

    assign s_axis_tready = !m_axis_tvalid || m_axis_tready;

    always_comb begin
        data_now   = data;
        filled_now = filled;
        if (s_axis_tkeep) begin
            filled_now = filled << 1 | 1'b1;
            for (int i = 0; i < BYTES; i++)
                if (filled_now[i] && !filled[i]) data_now[8*(BYTES-1-i) +: 8] = s_axis_tdata;
        end
    end

    always_ff @(posedge aclk) begin
        if (m_axis_tready) m_axis_tvalid <= 1'b0;
        if (accept) begin
            data   <= complete ? '0 : data_now;
            filled <= complete ? '0 : filled_now;
            if (complete) begin
                m_axis_tvalid <= 1'b1;
                m_axis_tdata  <= data_now;
                m_axis_tkeep  <= filled_now;
                m_axis_tlast  <= s_axis_tlast;
            end
        end
        if (!aresetn) begin
            m_axis_tvalid <= 1'b0;
            data          <= '0;
            filled        <= '0;
        end
    end
endmodule
