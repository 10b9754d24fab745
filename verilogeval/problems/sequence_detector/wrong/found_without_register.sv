// Wrong: found is shown before the clock edge.
module TopModule (
    input  logic       clk,
    input  logic       rst,
    input  logic       load,
    input  logic [7:0] pattern,
    input  logic [3:0] length,
    input  logic       overlap,
    input  logic       valid,
    input  logic       din,
    output logic       found,
    output logic [7:0] total
);
    logic [7:0] wanted, history, now, mask;
    logic [3:0] size, seen, seen_now;
    logic       keep, hit;

    assign now      = {history[6:0], din};
    assign seen_now = seen == 4'd8 ? 4'd8 : seen + 4'd1;
    assign mask     = ~(8'hFF << size);
    assign hit      = size != 4'd0 && seen_now >= size && ((now ^ wanted) & mask) == 8'd0;

    assign found = hit && valid && !load && !rst;

    always_ff @(posedge clk) begin
        if (rst) begin
            size    <= 4'd0;
            seen    <= 4'd0;
            total   <= 8'd0;
        end else if (load) begin
            wanted  <= pattern;
            size    <= length > 4'd8 ? 4'd8 : length;
            keep    <= overlap;
            seen    <= 4'd0;
            total   <= 8'd0;
        end else if (valid) begin
            history <= now;
            seen    <= hit && !keep ? 4'd0 : seen_now;
            if (hit && total != 8'd255)
                total <= total + 8'd1;
        end
    end
endmodule
