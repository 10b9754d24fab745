// Wrong: a push is refused when full even if a pop frees a place.
module TopModule #(
    parameter int WIDTH = 8,
    parameter int DEPTH = 8
) (
    input  logic                       clk,
    input  logic                       rst,
    input  logic                       push,
    input  logic [WIDTH-1:0]           din,
    input  logic                       pop,
    output logic [WIDTH-1:0]           dout,
    output logic                       empty,
    output logic                       full,
    output logic [$clog2(DEPTH+1)-1:0] count,
    output logic                       overflow,
    output logic                       underflow
);
    localparam int PW = $clog2(DEPTH);

    logic [WIDTH-1:0] words [0:DEPTH-1];
    logic [PW-1:0]    head;
    logic [PW-1:0]    tail;

    wire take  = pop && !empty;
    wire store = push && !full;

    assign empty = count == 0;
    assign full  = count == DEPTH;
    assign dout  = empty ? '0 : words[head];

    always_ff @(posedge clk)
        if (store) words[tail] <= din;

    always_ff @(posedge clk) begin
        if (rst) begin
            head      <= '0;
            tail      <= '0;
            count     <= '0;
            overflow  <= 1'b0;
            underflow <= 1'b0;
        end else begin
            if (take)  head <= head == DEPTH - 1 ? '0 : head + 1'b1;
            if (store) tail <= tail == DEPTH - 1 ? '0 : tail + 1'b1;
            case ({store, take})
                2'b10:   count <= count + 1'b1;
                2'b01:   count <= count - 1'b1;
                default: count <= count;
            endcase
            overflow  <= push && !store;
            underflow <= pop && !take;
        end
    end
endmodule
