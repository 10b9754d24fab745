// Keeps the Gray code itself: the parity says which bit is to flip.
module TopModule #(
    parameter WIDTH = 4
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             load,
    input  wire [WIDTH-1:0] load_value,
    input  wire             enable,
    input  wire             up,
    output reg  [WIDTH-1:0] gray,
    output reg              wrapped
);
    // Upwards, an even code flips bit 0 and an odd one the bit left of its lowest one;
    // downwards it is the other way round. At the ends, the top bit flips.
    wire             low  = (^gray) ^ up;
    wire [WIDTH-1:0] ends = {1'b1, {(WIDTH-1){1'b0}}};
    wire [WIDTH-1:0] lowest_one = gray & (~gray + 1'b1);
    wire             at_end = up ? gray == ends : gray == 0;

    reg [WIDTH-1:0] flip;
    always @* begin
        if (low)
            flip = {{(WIDTH-1){1'b0}}, 1'b1};
        else if (lowest_one == ends || gray == 0)
            flip = ends;
        else
            flip = lowest_one << 1;
    end

    always @(posedge clk) begin
        if (rst) begin
            gray    <= 0;
            wrapped <= 0;
        end else if (load) begin
            gray    <= load_value;
            wrapped <= 0;
        end else begin
            if (enable)
                gray <= gray ^ flip;
            wrapped <= enable && at_end;
        end
    end
endmodule
