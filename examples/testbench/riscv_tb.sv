// Runs programs on the core, with random wait states on both memory ports, and
// on an instruction-set simulator; then compares the whole memory and the reason
// for stopping. Every program ends by storing its registers, so they are
// compared too. Only ports are used: the bench also runs on a netlist.
module riscv_tb;
    localparam WORDS = 512;
    localparam DATA  = 32'h400;      // data of the programs
    localparam DUMP  = 32'h7c0;      // where registers 1 .. 15 are stored

    localparam RUNNING = 0, BREAK = 1, ILLEGAL = 2, MISALIGNED = 3;

    reg         clk = 0, rst_n = 0, imem_ready = 0, dmem_ready = 0;
    wire [31:0] imem_addr, dmem_addr, dmem_wdata;
    wire        dmem_valid;
    wire [3:0]  dmem_write;
    wire [1:0]  status;
    reg  [31:0] mem  [0:WORDS-1];    // of the core
    reg  [31:0] gmem [0:WORDS-1];    // of the simulator
    reg  [31:0] image [0:WORDS-1];   // the program as loaded

    wire [31:0] imem_rdata = imem_ready ? mem[imem_addr[10:2]] : 32'hdead_beef;
    wire [31:0] dmem_rdata = dmem_ready ? mem[dmem_addr[10:2]] : 32'hdead_beef;

    riscv_core dut (
        .clk(clk), .rst_n(rst_n),
        .imem_addr(imem_addr), .imem_ready(imem_ready), .imem_rdata(imem_rdata),
        .dmem_valid(dmem_valid), .dmem_write(dmem_write), .dmem_addr(dmem_addr),
        .dmem_wdata(dmem_wdata), .dmem_ready(dmem_ready), .dmem_rdata(dmem_rdata),
        .status(status)
    );

    always #5 clk = ~clk;

    always @(posedge clk) if (rst_n && dmem_valid && dmem_ready) begin
        if (dmem_write[0]) mem[dmem_addr[10:2]][7:0]   <= dmem_wdata[7:0];
        if (dmem_write[1]) mem[dmem_addr[10:2]][15:8]  <= dmem_wdata[15:8];
        if (dmem_write[2]) mem[dmem_addr[10:2]][23:16] <= dmem_wdata[23:16];
        if (dmem_write[3]) mem[dmem_addr[10:2]][31:24] <= dmem_wdata[31:24];
    end

    // ---- Assembler. Programs with forward labels are assembled twice.

    integer here;                    // byte address of the next instruction

    task emit(input [31:0] word);
        begin image[here / 4] = word; here = here + 4; end
    endtask
    task op(input [6:0] f7, input [2:0] f3, input integer rd, rs1, rs2);
        emit({f7, rs2[4:0], rs1[4:0], f3, rd[4:0], 7'h33});
    endtask
    task op_imm(input [2:0] f3, input integer rd, rs1, imm);
        emit({imm[11:0], rs1[4:0], f3, rd[4:0], 7'h13});
    endtask
    task load(input [2:0] f3, input integer rd, rs1, imm);
        emit({imm[11:0], rs1[4:0], f3, rd[4:0], 7'h03});
    endtask
    task store(input [2:0] f3, input integer rs2, rs1, imm);
        emit({imm[11:5], rs2[4:0], rs1[4:0], f3, imm[4:0], 7'h23});
    endtask
    task branch(input [2:0] f3, input integer rs1, rs2, label);
        reg [31:0] offset;
        begin
            offset = label - here;
            emit({offset[12], offset[10:5], rs2[4:0], rs1[4:0], f3, offset[4:1], offset[11], 7'h63});
        end
    endtask
    task jal(input integer rd, label);
        reg [31:0] offset;
        begin
            offset = label - here;
            emit({offset[20], offset[10:1], offset[11], offset[19:12], rd[4:0], 7'h6f});
        end
    endtask
    task jalr(input integer rd, rs1, imm);
        emit({imm[11:0], rs1[4:0], 3'b000, rd[4:0], 7'h67});
    endtask
    task lui(input integer rd, input [31:0] value);
        emit({value[31:12], rd[4:0], 7'h37});
    endtask
    task auipc(input integer rd, input [31:0] value);
        emit({value[31:12], rd[4:0], 7'h17});
    endtask
    task ebreak; emit(32'h0010_0073); endtask
    task li(input integer rd, input [31:0] value);
        begin
            lui(rd, value + {19'b0, value[11], 12'b0});
            op_imm(ADD, rd, rd, value[11:0]);
        end
    endtask

    localparam ADD = 0, SLL = 1, SLT = 2, SLTU = 3, XOR = 4, SRL = 5, OR = 6, AND = 7;
    localparam B = 0, H = 1, W = 2, BU = 4, HU = 5;
    localparam EQ = 0, NE = 1, LT = 4, GE = 5, LTU = 6, GEU = 7;

    task start;                      // registers have no reset
        integer r;
        begin
            here = 0;
            for (r = 1; r < 16; r = r + 1) op_imm(ADD, r, 0, 0);
        end
    endtask
    task finish;
        integer r;
        begin
            for (r = 1; r < 16; r = r + 1) store(W, r, 0, DUMP + 4 * r);
            ebreak;
        end
    endtask
    task clear;
        integer i;
        for (i = 0; i < WORDS; i = i + 1) image[i] = 0;
    endtask

    // ---- Instruction-set simulator.

    reg [31:0] x [0:31];
    integer    gstatus, retired;

    task simulate;
        reg [31:0] pc, next, i, a, b, imm, address, word, value, target;
        reg [6:0]  opcode, f7;
        reg [2:0]  f3;
        reg [4:0]  rd, rs1, rs2;
        reg        bad, writes, taken;
        integer    n;
        begin
            for (n = 0; n < WORDS; n = n + 1) gmem[n] = image[n];
            pc = 0; gstatus = RUNNING; retired = 0; x[0] = 0;
            while (gstatus == RUNNING && retired < 20000) begin
                i = gmem[pc[10:2]];
                {f7, rs2, rs1, f3, rd, opcode} = i;
                a = x[rs1]; b = x[rs2]; next = pc + 4;
                bad = 0; writes = 0; taken = 0; value = 0;
                case (opcode)
                    7'h33, 7'h13: begin
                        writes = 1;
                        bad = rd > 15 || rs1 > 15 || (opcode[5] && rs2 > 15);
                        if (!opcode[5]) b = {{20{i[31]}}, i[31:20]};
                        if (opcode[5] || f3 == SLL || f3 == SRL) begin
                            if (f7 == 7'h20) bad = bad || !(f3 == SRL || (f3 == ADD && opcode[5]));
                            else             bad = bad || f7 != 0;
                        end
                        case (f3)
                            ADD:  value = (opcode[5] && f7[5]) ? a - b : a + b;
                            SLL:  value = a << b[4:0];
                            SLT:  value = $signed(a) < $signed(b);
                            SLTU: value = a < b;
                            XOR:  value = a ^ b;
                            SRL:  if (f7[5]) value = $signed(a) >>> b[4:0];
                                  else       value = a >> b[4:0];
                            OR:   value = a | b;
                            AND:  value = a & b;
                        endcase
                    end
                    7'h37: begin writes = 1; bad = rd > 15; value = {i[31:12], 12'b0}; end
                    7'h17: begin writes = 1; bad = rd > 15; value = pc + {i[31:12], 12'b0}; end
                    7'h03: begin
                        writes  = 1;
                        address = a + {{20{i[31]}}, i[31:20]};
                        bad     = rd > 15 || rs1 > 15 || f3 == 3 || f3 > 5;
                        if (!bad && address % (1 << f3[1:0]) != 0) gstatus = MISALIGNED;
                        word = gmem[address[10:2]] >> (8 * address[1:0]);
                        case (f3)
                            B:  value = {{24{word[7]}}, word[7:0]};
                            H:  value = {{16{word[15]}}, word[15:0]};
                            BU: value = word[7:0];
                            HU: value = word[15:0];
                            default: value = word;
                        endcase
                    end
                    7'h23: begin
                        address = a + {{20{i[31]}}, i[31:25], i[11:7]};
                        bad     = rs1 > 15 || rs2 > 15 || f3 > 2;
                        if (!bad && address % (1 << f3) != 0) gstatus = MISALIGNED;
                        if (!bad && gstatus == RUNNING)
                            for (n = 0; n < (1 << f3); n = n + 1)
                                gmem[address[10:2]][8 * (address[1:0] + n) +: 8] = b[8 * n +: 8];
                    end
                    7'h63: begin
                        bad = rs1 > 15 || rs2 > 15;
                        target = pc + {{20{i[31]}}, i[7], i[30:25], i[11:8], 1'b0};
                        case (f3)
                            EQ:  taken = a == b;
                            NE:  taken = a != b;
                            LT:  taken = $signed(a) < $signed(b);
                            GE:  taken = $signed(a) >= $signed(b);
                            LTU: taken = a < b;
                            GEU: taken = a >= b;
                            default: bad = 1;
                        endcase
                    end
                    7'h6f: begin
                        writes = 1; taken = 1; bad = rd > 15; value = pc + 4;
                        target = pc + {{12{i[31]}}, i[19:12], i[20], i[30:21], 1'b0};
                    end
                    7'h67: begin
                        writes = 1; taken = 1; value = pc + 4;
                        bad = rd > 15 || rs1 > 15 || f3 != 0;
                        target = (a + {{20{i[31]}}, i[31:20]}) & ~32'd1;
                    end
                    7'h0f: ;
                    7'h73: if (i == 32'h73 || i == 32'h0010_0073) gstatus = BREAK;
                           else bad = 1;
                    default: bad = 1;
                endcase
                if (bad) gstatus = ILLEGAL;
                else if (taken && target[1]) gstatus = MISALIGNED;
                else if (taken) next = target;
                if (gstatus == RUNNING) begin
                    if (writes && rd != 0) x[rd] = value;
                    pc = next;
                    retired = retired + 1;
                end
            end
        end
    endtask

    // ---- Run and compare.

    integer errors = 0, programs = 0, instructions = 0, cycles = 0;

    task run(input integer waits);   // 0: memory always ready
        integer i, limit;
        begin
            simulate;
            for (i = 0; i < WORDS; i = i + 1) mem[i] = image[i];
            rst_n = 0; imem_ready = 0; dmem_ready = 0;
            repeat (2) @(negedge clk);
            rst_n = 1;
            limit = 10 * (retired + 10);
            while (status == RUNNING && limit > 0) begin
                imem_ready = !waits || $urandom % 4 != 0;
                dmem_ready = !waits || $urandom % 2 != 0;
                @(negedge clk);
                limit = limit - 1;
                cycles = cycles + 1;
            end
            repeat (3) @(negedge clk);                     // and it must stay stopped
            if (status !== gstatus || gstatus == RUNNING) begin
                errors = errors + 1;
                $display("program %0d: status %0d, expected %0d", programs, status, gstatus);
            end
            for (i = 0; i < WORDS; i = i + 1)
                if (mem[i] !== gmem[i]) begin
                    errors = errors + 1;
                    if (errors <= 20)
                        $display("program %0d: word %h is %h, expected %h", programs, 4 * i,
                                 mem[i], gmem[i]);
                end
            programs = programs + 1;
            instructions = instructions + retired;
        end
    endtask

    task expect_register(input integer r, input [31:0] value);
        if (mem[DUMP / 4 + r] !== value) begin
            errors = errors + 1;
            $display("program %0d: x%0d is %h, expected %h", programs - 1, r,
                     mem[DUMP / 4 + r], value);
        end
    endtask

    task expect_status(input [1:0] value);
        if (status !== value) begin
            errors = errors + 1;
            $display("program %0d: status %0d, expected %0d", programs - 1, status, value);
        end
    endtask

    // ---- Programs.

    integer l_loop, l_inner, l_skip, l_done, l_function, l_base, pass;

    task sum_1_to_100;               // x1 = 5050
        begin
            clear; start;
            op_imm(ADD, 2, 0, 100);
            l_loop = here;
            op(0, ADD, 1, 1, 2);
            op_imm(ADD, 2, 2, -1);
            branch(NE, 2, 0, l_loop);
            finish;
        end
    endtask

    task crc32;                      // of "123456789": x3 = cbf43926
        begin
            clear;
            image[DATA / 4]     = "4321";
            image[DATA / 4 + 1] = "8765";
            image[DATA / 4 + 2] = "9";
            for (pass = 0; pass < 2; pass = pass + 1) begin
                start;
                li(1, DATA);
                op_imm(ADD, 2, 0, 9);
                op_imm(ADD, 3, 0, -1);
                li(4, 32'hedb8_8320);
                l_loop = here;
                branch(EQ, 2, 0, l_done);
                load(BU, 5, 1, 0);
                op(0, XOR, 3, 3, 5);
                op_imm(ADD, 6, 0, 8);
                l_inner = here;
                op_imm(AND, 7, 3, 1);
                op_imm(SRL, 3, 3, 1);
                branch(EQ, 7, 0, l_skip);
                op(0, XOR, 3, 3, 4);
                l_skip = here;
                op_imm(ADD, 6, 6, -1);
                branch(NE, 6, 0, l_inner);
                op_imm(ADD, 1, 1, 1);
                op_imm(ADD, 2, 2, -1);
                jal(0, l_loop);
                l_done = here;
                op_imm(XOR, 3, 3, -1);
                finish;
            end
        end
    endtask

    task fibonacci;                  // recursive, on a stack: x10 = fib(12) = 144
        begin
            clear;
            for (pass = 0; pass < 2; pass = pass + 1) begin
                start;
                li(2, DUMP);
                op_imm(ADD, 10, 0, 12);
                jal(1, l_function);
                jal(0, l_done);
                l_function = here;
                op_imm(SLT, 5, 10, 2);
                branch(EQ, 5, 0, l_base);
                jalr(0, 1, 0);
                l_base = here;
                op_imm(ADD, 2, 2, -12);
                store(W, 1, 2, 0);
                store(W, 10, 2, 4);
                op_imm(ADD, 10, 10, -1);
                jal(1, l_function);
                store(W, 10, 2, 8);
                load(W, 10, 2, 4);
                op_imm(ADD, 10, 10, -2);
                jal(1, l_function);
                load(W, 5, 2, 8);
                op(0, ADD, 10, 10, 5);
                load(W, 1, 2, 0);
                op_imm(ADD, 2, 2, 12);
                jalr(0, 1, 0);
                l_done = here;
                finish;
            end
        end
    endtask

    task bubble_sort;                // 16 signed half-words, in place
        integer i;
        begin
            clear;
            for (i = 0; i < 8; i = i + 1) image[DATA / 4 + i] = $urandom;
            for (pass = 0; pass < 2; pass = pass + 1) begin
                start;
                op_imm(ADD, 3, 0, 15);
                l_loop = here;
                li(1, DATA);
                op_imm(ADD, 4, 3, 0);
                l_inner = here;
                load(H, 5, 1, 0);
                load(H, 6, 1, 2);
                branch(GE, 6, 5, l_skip);
                store(H, 6, 1, 0);
                store(H, 5, 1, 2);
                l_skip = here;
                op_imm(ADD, 1, 1, 2);
                op_imm(ADD, 4, 4, -1);
                branch(NE, 4, 0, l_inner);
                op_imm(ADD, 3, 3, -1);
                branch(NE, 3, 0, l_loop);
                finish;
            end
        end
    endtask

    task linked_list;                // loads over their own base: x1 = 77 after 20 links
        integer i;
        begin
            clear;
            for (i = 0; i < 20; i = i + 1)
                image[DATA / 4 + i * 7 % 20] = DATA + 4 * ((i + 1) * 7 % 20);
            image[DATA / 4 + 19 * 7 % 20] = DATA + 128;
            image[DATA / 4 + 32] = 77;
            start;
            li(1, DATA);
            repeat (21) load(W, 1, 1, 0);
            finish;
        end
    endtask

    task check_sorted;
        integer i;
        reg signed [15:0] low, high;
        for (i = 0; i < 15; i = i + 1) begin
            low  = mem[DATA / 4 + i / 2] >> (16 * (i % 2));
            high = mem[DATA / 4 + (i + 1) / 2] >> (16 * ((i + 1) % 2));
            if (low > high) begin
                errors = errors + 1;
                $display("sort: element %0d is %0d, the next is %0d", i, low, high);
            end
        end
    endtask

    task random_alu;
        reg [2:0] f3;
        begin
            f3 = $urandom;
            if ($urandom % 2)
                op((f3 == ADD || f3 == SRL) && $urandom % 2 ? 7'h20 : 0, f3,
                   $urandom % 15, $urandom % 16, $urandom % 16);
            else if (f3 == SLL || f3 == SRL)
                op_imm(f3, $urandom % 15, $urandom % 16,
                       $urandom % 32 + (f3 == SRL && $urandom % 2 ? 12'h400 : 0));
            else
                op_imm(f3, $urandom % 15, $urandom % 16, $urandom);
        end
    endtask

    function integer load_kind(input integer k);
        case (k % 5)
            0: load_kind = B;
            1: load_kind = H;
            2: load_kind = W;
            3: load_kind = BU;
            default: load_kind = HU;
        endcase
    endfunction

    function integer branch_kind(input integer k);
        branch_kind = k % 6 < 2 ? k % 6 : k % 6 + 2;
    endfunction

    task random_program;             // x15 always points at data
        integer r, skip, kind;
        begin
            clear;
            for (r = 0; r < 64; r = r + 1) image[DATA / 4 + r] = $urandom;
            here = 0;
            for (r = 1; r < 15; r = r + 1)
                li(r, $urandom % 3 ? $urandom : $urandom % 8);
            li(15, DATA + 128);
            repeat (60)
                case ($urandom % 8)
                    0: begin
                        kind = load_kind($urandom & 255);
                        load(kind, $urandom % 15, 15, ($urandom % 128 - 64) & ~((1 << kind % 4) - 1));
                    end
                    1: begin
                        kind = $urandom % 3;
                        store(kind, $urandom % 16, 15, ($urandom % 128 - 64) & ~((1 << kind) - 1));
                    end
                    2: begin
                        skip = $urandom % 3;
                        branch(branch_kind($urandom & 255), $urandom % 16, $urandom % 16,
                               here + 4 + 4 * skip);
                        repeat (skip) random_alu;
                    end
                    3: begin
                        skip = $urandom % 3;
                        if ($urandom % 2) jal($urandom % 15, here + 4 + 4 * skip);
                        else begin
                            auipc(14, 0);
                            jalr($urandom % 15, 14, 8 + 4 * skip + $urandom % 2);
                        end
                        repeat (skip) random_alu;
                    end
                    4: if ($urandom % 2) lui($urandom % 15, $urandom);
                       else              auipc($urandom % 15, $urandom);
                    default: random_alu;
                endcase
            // Sometimes any word but a jump, which might loop: most are illegal.
            if ($urandom % 4 == 0) emit($urandom & ~32'h40 | 3);
            finish;
        end
    endtask

    integer k;
    initial begin
        sum_1_to_100; run(0); expect_register(1, 5050);  expect_status(BREAK);
        crc32;        run(1); expect_register(3, 32'hcbf4_3926);
        fibonacci;    run(1); expect_register(10, 144);
        bubble_sort;  run(1); check_sorted;
        linked_list;  run(1); expect_register(1, 77);

        clear; start; op(7'h01, 0, 1, 1, 1); finish; run(0); expect_status(ILLEGAL);     // MUL
        clear; start; op(0, ADD, 16, 1, 1); finish;  run(0); expect_status(ILLEGAL);     // x16
        clear; start; load(W, 1, 0, 2); finish;      run(0); expect_status(MISALIGNED);
        clear; start; store(H, 1, 0, DATA + 1); finish; run(0); expect_status(MISALIGNED);
        clear; start; jalr(1, 0, 2); finish;         run(0); expect_status(MISALIGNED);
        clear; start; emit(32'h0ff0_000f); finish;   run(0); expect_status(BREAK);       // FENCE
        clear; start; emit(32'h0000_0073); finish;   run(0); expect_status(BREAK);       // ECALL

        for (k = 0; k < 400; k = k + 1) begin
            random_program;
            run(k % 2);
        end

        $display("%0d programs, %0d instructions, %0d cycles", programs, instructions, cycles);
        if (errors == 0) $display("PASS");
        else             $display("FAIL %0d errors", errors);
        $finish(0);
    end
endmodule
