module TopModule (
    input  logic [15:0] req,
    output logic [3:0]  index,
    output logic        valid,
    output logic        multiple
);
