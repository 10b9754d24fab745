// A chain of registers that shifts down and up; the top is always in cell 0.
module TopModule #(
    parameter WIDTH = 8,
    parameter DEPTH = 8
) (
    input  wire                       clk,
    input  wire                       rst_n,
    input  wire                       push,
    input  wire                       pop,
    input  wire [WIDTH-1:0]           din,
    output wire [WIDTH-1:0]           top,
    output reg  [$clog2(DEPTH+1)-1:0] depth,
    output reg                        error
);
    reg [DEPTH:1]       used;   // a thermometer: used[n] says that n words or more are stored
    reg [WIDTH*DEPTH-1:0] cells;
    integer             n;

    assign top = cells[WIDTH-1:0];

    always @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            used  <= 0;
            cells <= 0;
            error <= 1'b0;
        end else begin
            case ({push, pop})
                2'b10:
                    if (used[DEPTH]) error <= 1'b1;
                    else begin
                        used  <= {used[DEPTH-1:1], 1'b1};
                        cells <= {cells[WIDTH*(DEPTH-1)-1:0], din};
                    end
                2'b01: begin
                    if (!used[1]) error <= 1'b1;
                    used  <= used >> 1;
                    cells <= cells >> WIDTH;
                end
                2'b11: begin
                    used[1]          <= 1'b1;
                    cells[WIDTH-1:0] <= din;
                end
                default: ;
            endcase
        end
    end

    always @* begin
        depth = 0;
        for (n = 1; n <= DEPTH; n = n + 1)
            if (used[n]) depth = n;
    end
endmodule
