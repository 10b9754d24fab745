// Wrong: an empty buffer passes beats through combinationally.
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

    logic [WIDTH-1:0] held;
    logic             held_valid;

    assign in_ready  = !skid_valid;
    assign out_valid = held_valid || in_valid;
    assign out_data  = held_valid ? held : in_data;

    always_ff @(posedge clk) begin
        if (out_ready || !held_valid) begin
            held       <= skid_valid ? skid : in_data;
            held_valid <= skid_valid || (in_valid && (held_valid || !out_ready));
            skid_valid <= 1'b0;
        end else if (in_valid && !skid_valid) begin
            skid       <= in_data;
            skid_valid <= 1'b1;
        end
        if (rst) begin
            held_valid <= 1'b0;
            skid_valid <= 1'b0;
        end
    end
endmodule
