// Wrong: a coin that would exceed 15 is accepted and wraps around.
module TopModule (
    input  logic       clk,
    input  logic       rst,
    input  logic [1:0] coin,
    input  logic [1:0] select,
    input  logic       cancel,
    output logic [3:0] credit,
    output logic [1:0] vend,
    output logic [1:0] change,
    output logic       reject,
    output logic       busy
);
    localparam logic [1:0] COLLECT = 2'd0, VEND = 2'd1, RETURN = 2'd2;

    logic [1:0] state, item;
    logic [3:0] price, value, returned;
    logic [4:0] more;

    always_comb begin
        case (select)
            2'd1:    price = 4'd4;
            2'd2:    price = 4'd7;
            default: price = 4'd12;
        endcase
        case (coin)
            2'd1:    value = 4'd1;
            2'd2:    value = 4'd2;
            default: value = 4'd5;
        endcase
    end

    assign more = {1'b0, credit} + {1'b0, value};

    always_comb begin
        if (credit >= 4'd5) begin
            returned = 4'd5;
            change   = 2'd3;
        end else if (credit >= 4'd2) begin
            returned = 4'd2;
            change   = 2'd2;
        end else begin
            returned = 4'd1;
            change   = 2'd1;
        end
        if (state != RETURN)
            change = 2'd0;
    end

    always_ff @(posedge clk) begin
        reject <= !rst && coin != 2'd0;
        if (rst) begin
            state  <= COLLECT;
            credit <= 4'd0;
        end else case (state)
            COLLECT:
                if (cancel) begin
                    if (credit != 4'd0)
                        state <= RETURN;
                end else if (select != 2'd0 && credit >= price) begin
                    state  <= VEND;
                    item   <= select;
                    credit <= credit - price;
                end else if (coin != 2'd0) begin
                    credit <= more[3:0];
                    reject <= 1'b0;
                end
            VEND:
                state <= credit == 4'd0 ? COLLECT : RETURN;
            default: begin
                credit <= credit - returned;
                if (credit == returned)
                    state <= COLLECT;
            end
        endcase
    end

    assign vend = state == VEND ? item : 2'd0;
    assign busy = state != COLLECT;
endmodule
