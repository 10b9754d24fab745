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
