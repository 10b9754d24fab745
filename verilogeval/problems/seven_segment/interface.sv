module TopModule (
    input  logic [3:0] digit,
    input  logic       point,
    input  logic       blank,
    input  logic       lamp_test,
    input  logic       zero_in,
    output logic [6:0] segments,
    output logic       point_out,
    output logic       zero_out
);
