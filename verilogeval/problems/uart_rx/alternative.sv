// One counter over the whole frame, and a majority of three samples around each middle.
module TopModule #(
    parameter CLKS_PER_BIT = 16
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       rx,
    output reg        valid,
    output reg  [7:0] data,
    output reg        frame_error
);
    localparam TOTAL = 10 * CLKS_PER_BIT;

    reg [3:0]                 line;     // line[3] is the oldest sample
    reg                       running, broken;
    reg [$clog2(TOTAL+1)-1:0] phase;    // cycles since the line fell
    reg [$clog2(TOTAL+1)-1:0] middle;   // phase of the next middle
    reg [3:0]                 number;   // of the bit there: start 0, data 1 to 8, stop 9

    // A fall is seen at line[1], so line[2] is the sample that belongs to `phase`.
    wire vote = (line[1] & line[2]) | (line[1] & line[3]) | (line[2] & line[3]);
    wire look = running && phase == middle;

    always @(posedge clk)
        if (rst) begin
            line        <= 4'b1111;
            running     <= 1'b0;
            broken      <= 1'b0;
            valid       <= 1'b0;
            frame_error <= 1'b0;
        end else begin
            line        <= {line[2:0], rx};
            phase       <= phase + 1'b1;
            valid       <= look && number == 9 && vote;
            frame_error <= look && number == 9 && !vote;
            if (broken) broken <= !line[1];
            else if (!running) begin
                running <= !line[1];
                phase   <= 0;
                middle  <= CLKS_PER_BIT / 2;
                number  <= 0;
            end else if (look) begin
                middle <= middle + CLKS_PER_BIT;
                number <= number + 1'b1;
                if (number == 0) running <= !vote;
                else if (number == 9) begin
                    running <= 1'b0;
                    broken  <= !vote;
                end else data <= {vote, data[7:1]};
            end
        end
endmodule
