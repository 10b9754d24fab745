// Wrong: counting wins over loading.
module TopModule #(
    parameter int WIDTH = 4
) (
    input  logic             clk,
    input  logic             rst,
    input  logic             load,
    input  logic [WIDTH-1:0] load_value,
    input  logic             enable,
    input  logic             up,
    output logic [WIDTH-1:0] gray,
    output logic             wrapped
);
    logic [WIDTH-1:0] count, loaded;

    assign gray = count ^ (count >> 1);

    always_comb
        for (int i = 0; i < WIDTH; i++)
            loaded[i] = ^(load_value >> i);

    always_ff @(posedge clk) begin
        wrapped <= 1'b0;
        if (rst)
            count <= '0;
        else if (load && !enable)
            count <= loaded;
        else if (enable) begin
            count   <= up ? count + 1'b1 : count - 1'b1;
            wrapped <= up ? &count : ~|count;
        end
    end
endmodule
