// Wrong: out_data follows the input while downstream stalls.
module TopModule #(
    parameter int WIDTH = 8
) (
    input  logic             clk,
    input  logic             rst,
    input  logic             in_valid,
    output logic             in_ready,
    input  logic [WIDTH-1:0] in_data,
    output logic             out_valid,
    input  logic             out_ready,
    output logic [WIDTH-1:0] out_data
);
    logic [WIDTH-1:0] skid;         // the younger of two beats
    logic             skid_valid;

    assign in_ready = !skid_valid;

    always_ff @(posedge clk) begin
        if (out_ready || !out_valid) begin
            out_data   <= skid_valid ? skid : in_data;
            out_valid  <= skid_valid || in_valid;
            skid_valid <= 1'b0;
        end else if (in_valid && !skid_valid) begin
            out_data   <= in_data;
            skid       <= in_data;
            skid_valid <= 1'b1;
        end
        if (rst) begin
            out_valid  <= 1'b0;
            skid_valid <= 1'b0;
        end
    end
endmodule
