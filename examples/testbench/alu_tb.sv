// Every operation on corner values and on random operands, with random enables,
// against integer arithmetic one bit wider than the operands.
module alu_tb;
    parameter WIDTH = 32;

    reg              clk = 0, rst = 1, en = 0;
    reg  [3:0]       op = 0;
    reg  [WIDTH-1:0] a = 0, b = 0;
    wire [WIDTH-1:0] y;
    wire             zero, negative, carry, overflow;

`ifdef NETLIST
    alu dut (
`else
    alu #(.WIDTH(WIDTH)) dut (
`endif
        .clk(clk), .rst(rst), .en(en), .op(op), .a(a), .b(b), .y(y), .zero(zero),
        .negative(negative), .carry(carry), .overflow(overflow)
    );

    always #5 clk = ~clk;

    integer          errors = 0, checks = 0;
    reg  [WIDTH-1:0] m_y;
    reg              m_zero, m_negative, m_carry, m_overflow;

    task model;
        reg signed [WIDTH+1:0] s;      // exact signed result
        reg        [WIDTH:0]   u;      // exact unsigned result
        integer                n;
        begin
            n = b % WIDTH;
            case (op)
                0: m_y = a + b;
                1: m_y = a - b;
                2: m_y = a + b + m_carry;
                3: m_y = a - b - !m_carry;
                4: m_y = a & b;
                5: m_y = a | b;
                6: m_y = a ^ b;
                7: m_y = a & ~b;
                8: m_y = a << n;
                9: m_y = a >> n;
                10: m_y = $signed(a) >>> n;
                11: m_y = (a >> n) | (a << (WIDTH - n));
                12: m_y = $signed(a) < $signed(b);
                13: m_y = a < b;
                14: m_y = ($signed(a) < $signed(b)) ? a : b;
                15: m_y = ($signed(a) < $signed(b)) ? b : a;
            endcase
            if (op < 4) begin
                case (op)
                    0: begin u = a + b;            s = $signed(a) + $signed(b); end
                    1: begin u = a >= b ? {1'b1, {WIDTH{1'b0}}} : 0;
                             s = $signed(a) - $signed(b); end
                    2: begin u = a + b + m_carry;
                             s = $signed(a) + $signed(b) + $signed({1'b0, m_carry}); end
                    default: begin
                             u = {1'b0, a} >= {1'b0, b} + !m_carry ? {1'b1, {WIDTH{1'b0}}} : 0;
                             s = $signed(a) - $signed(b) - $signed({1'b0, !m_carry}); end
                endcase
                m_carry    = u[WIDTH];
                m_overflow = s[WIDTH] != s[WIDTH-1];
            end
            m_zero     = m_y == 0;
            m_negative = m_y[WIDTH-1];
        end
    endtask

    task check;
        begin
            checks = checks + 1;
            if ({y, zero, negative, carry, overflow}
                !== {m_y, m_zero, m_negative, m_carry, m_overflow}) begin
                errors = errors + 1;
                if (errors <= 10)
                    $display("op %0d a %h b %h: y %h flags %b, expected %h %b", op, a, b, y,
                             {zero, negative, carry, overflow}, m_y,
                             {m_zero, m_negative, m_carry, m_overflow});
            end
        end
    endtask

    task apply(input [3:0] t_op, input [WIDTH-1:0] t_a, input [WIDTH-1:0] t_b, input t_en);
        begin
            op = t_op; a = t_a; b = t_b; en = t_en;
            if (en) model;
            @(negedge clk);
            check;
        end
    endtask

    function [WIDTH-1:0] corner(input integer k);
        case (k)
            0: corner = 0;
            1: corner = 1;
            2: corner = {WIDTH{1'b1}};
            3: corner = {1'b1, {(WIDTH-1){1'b0}}};
            4: corner = {1'b0, {(WIDTH-1){1'b1}}};
            5: corner = WIDTH - 1;
            default: corner = {(WIDTH/2){2'b10}};
        endcase
    endfunction

    integer i, j, k;
    initial begin
        repeat (2) @(negedge clk);
        {m_y, m_zero, m_negative, m_carry, m_overflow} = 0;
        check;
        rst = 0;
        for (k = 0; k < 16; k = k + 1)
            for (i = 0; i < 7; i = i + 1)
                for (j = 0; j < 7; j = j + 1)
                    apply(k, corner(i), corner(j), 1);
        repeat (20000)
            apply($urandom, $urandom >> ($urandom % 4 * 8), $urandom >> ($urandom % 4 * 8),
                  $urandom % 4 != 0);
        $display("%0d checks", checks);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end
endmodule
