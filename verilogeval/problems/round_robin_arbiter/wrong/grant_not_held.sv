// Wrong: the pointer moves on without waiting for ack.
module TopModule #(
    parameter int N = 4
) (
    input  logic                 clk,
    input  logic                 rst,
    input  logic [N-1:0]         req,
    input  logic                 ack,
    output logic [N-1:0]         grant,
    output logic [$clog2(N)-1:0] grant_index,
    output logic                 grant_valid
);
    localparam int IW = $clog2(N);

    logic [IW-1:0] pointer;

    // Two copies of the requests in a row turn "around the end" into "further up".
    wire [2*N-1:0] twice = {req, req} & ({(2*N){1'b1}} << pointer);
    wire [2*N-1:0] first = twice & (~twice + 1'b1);

    assign grant       = first[2*N-1:N] | first[N-1:0];
    assign grant_valid = |req;

    always_comb begin
        grant_index = '0;
        for (int i = 0; i < N; i++)
            if (grant[i]) grant_index = IW'(i);
    end

    always_ff @(posedge clk) begin
        if (rst) pointer <= '0;
        else if (grant_valid) begin
            if (grant_index == N - 1) pointer <= '0;
            else                           pointer <= grant_index + 1'b1;
        end
    end
endmodule
