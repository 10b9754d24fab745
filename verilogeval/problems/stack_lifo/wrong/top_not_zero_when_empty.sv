// Wrong: top shows the last popped word while the stack is empty.
module TopModule #(
    parameter int WIDTH = 8,
    parameter int DEPTH = 8
) (
    input  logic                       clk,
    input  logic                       rst_n,
    input  logic                       push,
    input  logic                       pop,
    input  logic [WIDTH-1:0]           din,
    output logic [WIDTH-1:0]           top,
    output logic [$clog2(DEPTH+1)-1:0] depth,
    output logic                       error
);
    localparam int DW = $clog2(DEPTH + 1);

    logic [WIDTH-1:0] words [0:DEPTH-1];

    wire empty = depth == 0;
    wire full  = depth == DEPTH;
    wire store = push && (pop || !full);

    // A replaced word is written where the top is, a new one above it.
    wire [DW-1:0] above = depth;
    wire [DW-1:0] peak  = depth - 1'b1;
    wire [DW-1:0] place = pop && !empty ? peak : above;

    assign top = words[empty ? '0 : peak];

    always_ff @(posedge clk)
        if (store && rst_n) words[place] <= din;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            depth <= '0;
            error <= 1'b0;
        end else begin
            if (push && !pop) begin
                if (full) error <= 1'b1;
                else      depth <= above + 1'b1;
            end
            if (pop && !push) begin
                if (empty) error <= 1'b1;
                else       depth <= peak;
            end
            if (push && pop && empty) depth <= above + 1'b1;
        end
    end
endmodule
