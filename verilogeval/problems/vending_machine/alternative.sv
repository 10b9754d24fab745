// Registered outputs, computed together with the next state by blocking assignments.
module TopModule (
    input  wire       clk,
    input  wire       rst,
    input  wire [1:0] coin,
    input  wire [1:0] select,
    input  wire       cancel,
    output reg  [3:0] credit,
    output reg  [1:0] vend,
    output reg  [1:0] change,
    output reg        reject,
    output reg        busy
);
    function [3:0] worth;
        input [1:0] code;
        worth = code == 2'd3 ? 4'd5 : {2'b00, code};
    endfunction

    function [1:0] largest;
        input [3:0] money;
        largest = money > 4 ? 2'd3 : money > 1 ? 2'd2 : money[1:0];
    endfunction

    function [3:0] cost;
        input [1:0] code;
        cost = {code[1] & code[0], 1'b1, code[1] & ~code[0], code[1] & ~code[0]};
    endfunction

    reg [4:0] money;
    reg       accepted;
    reg [1:0] sold, returning;

    always @(posedge clk) begin
        money     = {1'b0, credit};
        accepted  = 1'b0;
        sold      = 2'd0;
        returning = 2'd0;
        if (busy) begin
            money     = money - worth(change);
            returning = largest(money[3:0]);
        end else if (cancel)
            returning = largest(money[3:0]);
        else if (select != 0 && money >= cost(select)) begin
            sold  = select;
            money = money - cost(select);
        end else if (money + worth(coin) < 16) begin
            accepted = 1'b1;
            money    = money + worth(coin);
        end
        credit <= rst ? 4'd0 : money[3:0];
        vend   <= rst ? 2'd0 : sold;
        change <= rst ? 2'd0 : returning;
        reject <= ~rst & ~accepted & (coin != 0);
        busy   <= ~rst & (sold != 0 || returning != 0);
    end
endmodule
