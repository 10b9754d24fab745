// A one-hot pointer and a search loop around the ring.
module TopModule #(
    parameter N = 4
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire [N-1:0]         req,
    input  wire                 ack,
    output reg  [N-1:0]         grant,
    output reg  [$clog2(N)-1:0] grant_index,
    output reg                  grant_valid
);
    reg [N-1:0] start;
    reg         open;
    integer     step, at;

    always @* begin
        grant       = 0;
        grant_index = 0;
        grant_valid = 0;
        open        = 0;
        for (step = 0; step < 2 * N; step = step + 1) begin
            at = step < N ? step : step - N;
            if (start[at]) open = 1;
            if (open && req[at] && !grant_valid) begin
                grant[at]   = 1;
                grant_index = at;
                grant_valid = 1;
            end
        end
    end

    always @(posedge clk)
        if (rst)              start <= 1;
        else if (grant_valid) start <= ack ? {grant[N-2:0], grant[N-1]} : grant;
endmodule
