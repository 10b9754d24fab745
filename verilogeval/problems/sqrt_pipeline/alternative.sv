// Each stage tries a root bit by multiplication and passes the radicand on; packed vectors.
module TopModule #(
    parameter WIDTH = 16
) (
    input  wire               clk,
    input  wire               rst_n,
    input  wire               ce,
    input  wire               in_valid,
    input  wire [WIDTH-1:0]   radicand,
    output wire               out_valid,
    output wire [WIDTH/2-1:0] root,
    output wire [WIDTH/2:0]   remainder
);
    localparam H = WIDTH / 2;

    reg [WIDTH*H-1:0] numbers;   // field s belongs to stage s
    reg [H*H-1:0]     guesses;
    reg [H-1:0]       valid;

    integer           s;
    reg [WIDTH-1:0]   number;
    reg [H-1:0]       guess;
    reg [WIDTH-1:0]   square;

    always @(posedge clk or negedge rst_n)
        if (!rst_n) begin
            valid   <= 0;
            numbers <= 0;
            guesses <= 0;
        end else if (ce) begin
            valid <= {valid, in_valid};
            for (s = 0; s < H; s = s + 1) begin
                number = s == 0 ? radicand : numbers[(s == 0 ? 0 : s - 1)*WIDTH +: WIDTH];
                guess  = s == 0 ? 0 : guesses[(s == 0 ? 0 : s - 1)*H +: H];
                guess[H-1-s] = 1'b1;
                square = guess * guess;
                if (square > number) guess[H-1-s] = 1'b0;
                numbers[s*WIDTH +: WIDTH] <= number;
                guesses[s*H +: H]         <= guess;
            end
        end

    wire [WIDTH-1:0] last = numbers[(H-1)*WIDTH +: WIDTH];

    assign out_valid = valid[H-1];
    assign root      = guesses[(H-1)*H +: H];
    assign remainder = last - root * root;
endmodule
