// Weighted arbiter with registered one-hot grant.
//
// Each requester owns `weight` credits a round; a grant costs one. When none of
// the requesters at hand has a credit left, a new round starts and all credits
// are renewed. A weight of zero shuts a requester out. Among those with credit,
// LEAST_RECENT chooses between two fair policies: round robin, or a matrix
// arbiter that serves whoever waited longest since its last grant.
//
// SystemVerilog. Synchronous reset, active high. State advances only with `en`.

// Round robin: the requests above the last winner go first.
module arbiter_round_robin #(
    parameter int N = 8
) (
    input  logic         clk,
    input  logic         rst,
    input  logic         en,
    input  logic [N-1:0] req,
    output logic [N-1:0] grant            // one-hot or zero
);
    logic [N-1:0] above;                  // mask of the requesters to try first

    wire [N-1:0] first  = req & above;
    wire [N-1:0] choice = (first != '0) ? first : req;

    assign grant = choice & (~choice + 1'b1);        // lowest bit set

    always_ff @(posedge clk) begin
        if (rst)                    above <= '1;
        else if (en && grant != '0) above <= ~(grant | (grant - 1'b1));
    end
endmodule

// Matrix: older[i][j] says that i beats j. Only i < j is stored, as the rest
// is its complement; a winner then loses to everybody.
module arbiter_matrix #(
    parameter int N = 8
) (
    input  logic         clk,
    input  logic         rst,
    input  logic         en,
    input  logic [N-1:0] req,
    output logic [N-1:0] grant            // one-hot or zero
);
    logic [N-1:0][N-1:0] older;

    for (genvar i = 0; i < N; i++) begin : g_row
        logic [N-1:0] beaten_by;

        for (genvar j = 0; j < N; j++) begin : g_column
            if (i < j) begin : g_stored
                logic state;

                always_ff @(posedge clk) begin
                    if (rst)                 state <= 1'b1;
                    else if (en && grant[i]) state <= 1'b0;
                    else if (en && grant[j]) state <= 1'b1;
                end

                assign older[i][j] = state;
                assign older[j][i] = ~state;
            end else if (i == j) begin : g_self
                assign older[i][j] = 1'b0;
            end

            assign beaten_by[j] = req[j] && older[j][i];
        end

        assign grant[i] = req[i] && (beaten_by == '0);
    end
endmodule

module arbiter #(
    parameter  int N            = 8,
    parameter  int WEIGHT       = 3,      // bits of a weight
    parameter  bit LEAST_RECENT = 0,
    localparam int INDEX        = $clog2(N)
) (
    input  logic                     clk,
    input  logic                     rst,
    input  logic                     en,
    input  logic [N-1:0]             req,
    input  logic [N-1:0][WEIGHT-1:0] weight,
    output logic                     valid,
    output logic [N-1:0]             grant,
    output logic [INDEX-1:0]         index
);
    logic [N-1:0][WEIGHT-1:0] credit;
    logic [N-1:0]             has_credit, has_weight, candidate, winner;

    for (genvar i = 0; i < N; i++) begin : g_eligible
        assign has_credit[i] = credit[i] != '0;
        assign has_weight[i] = weight[i] != '0;
    end

    wire [N-1:0] entitled  = req & has_weight;
    wire [N-1:0] funded    = entitled & has_credit;
    wire         new_round = (funded == '0) && (entitled != '0);

    assign candidate = new_round ? entitled : funded;

    for (genvar i = 0; i < N; i++) begin : g_credit
        // A new round begins with this very grant.
        wire [WEIGHT-1:0] available = new_round ? weight[i] : credit[i];

        always_ff @(posedge clk) begin
            if (rst)     credit[i] <= '0;
            else if (en) credit[i] <= available - WEIGHT'(winner[i]);
        end
    end

    if (LEAST_RECENT) begin : g_policy
        arbiter_matrix #(.N(N)) policy (
            .clk(clk), .rst(rst), .en(en), .req(candidate), .grant(winner)
        );
    end else begin : g_policy
        arbiter_round_robin #(.N(N)) policy (
            .clk(clk), .rst(rst), .en(en), .req(candidate), .grant(winner)
        );
    end

    function automatic logic [INDEX-1:0] encode(input logic [N-1:0] one_hot);
        encode = '0;
        for (int i = 0; i < N; i++)
            if (one_hot[i]) encode = encode | INDEX'(i);
    endfunction

    always_ff @(posedge clk) begin
        if (rst) begin
            valid <= 1'b0;
            grant <= '0;
            index <= '0;
        end else if (en) begin
            valid <= winner != '0;
            grant <= winner;
            index <= encode(winner);
        end
    end
endmodule
