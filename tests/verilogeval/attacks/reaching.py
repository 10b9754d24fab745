"""Attacks that reach for files, processes, foreign code or the testbench's random numbers."""

from attacks.template import Attack, attack

_WRITE = "integer f; initial begin f = $fopen({0}); $fwrite(f, {1}); $fclose(f); $finish; end"
_LINE = '"Mismatches: 0 in 119 samples\\n"'


def _open(path: str, mode: str = "w") -> Attack:
    return attack(_WRITE.format(f'"{path}", "{mode}"', _LINE))


REACHING: dict[str, Attack] = {
    "output as a file": _open("/proc/self/fd/1"),
    "errors as a file": _open("/dev/stderr"),
    "each descriptor": attack(
        "integer f, n; reg [8*20:1] p; initial for (n = 0; n < 40; n = n + 1) begin"
        f' $sformat(p, "/proc/self/fd/%0d", n); f = $fopen(p, "w"); $fwrite(f, {_LINE}); end'
    ),
    "own memory": _open("/proc/self/mem", "r+"),
    "own program": _open("sample.vvp", "r"),
    "own program by link": _open("/proc/self/exe", "r"),
    "memory read": attack(
        'reg [7:0] m [0:9]; integer f, n; initial begin f = $fopen("/proc/self/maps", "r");'
        " n = $fread(m, f); $finish; end"
    ),
    "results": _open("results.jsonl", "a"),
    "host file": _open("/etc/passwd", "r"),
    "file by multichannel": attack(
        'integer f; initial begin f = $fopen("x"); $fdisplay(f, 1); end'
    ),
    "guessed descriptor": attack(
        "integer n; initial for (n = 0; n < 64; n = n + 1)"
        f" begin $fwrite(32'h8000_0000 + n, {_LINE}); $fwrite(32'd1 << n, {_LINE}); end"
    ),
    "input read": attack("integer c; initial begin c = $fgetc(32'h8000_0000); $finish; end"),
    "memory from a file": attack('reg [7:0] m [0:9]; initial $readmemh("/proc/self/cmdline", m);'),
    "memory to a file": attack('reg [7:0] m [0:9]; initial $writememh("/tmp/x", m);'),
    "shell": attack('initial $system("kill -9 $PPID");'),
    "shell's answer": attack('integer n; initial n = $system("true");'),
    "environment": attack('string s; initial s = $getenv("PATH");'),
    "save and restart": attack('initial begin $save("x"); $restart("x"); end'),
    "input script": attack('initial $input("/etc/passwd");'),
    "log": attack('initial begin $log("/proc/self/fd/1"); $key("x"); end'),
    "delays from a file": attack('initial $sdf_annotate("/etc/passwd", TOP);'),
    "waves into the output": attack(
        'initial begin $dumpfile("/proc/self/fd/1"); $dumpvars(0, TOP); #1 $finish; end'
    ),
    "waves of everything": attack('initial begin $dumpfile("x"); $dumpvars; end'),
    "waves of the root": attack('initial begin $dumpfile("wave.vcd"); $dumpvars(0, tb); end'),
    "plusargs": attack(
        "reg [639:0] s; initial begin"
        ' if ($value$plusargs("%s", s)) $display("%0sMismatches: 0 in 119 samples", s);'
        " $finish; end"
    ),
    "test of plusargs": attack('initial if (!$test$plusargs("golden")) $finish;'),
    "random stream": attack("integer n; initial forever begin #1 n = $urandom; end"),
    "random stream fixed": attack("integer s = 1; initial forever #1 s = $urandom(s);"),
    "random range": attack("integer n; initial forever #1 n = $urandom_range(0, 0);"),
    "shared random": attack("integer n; initial repeat (999) n = $random;"),
    "seed of the testbench": attack("integer n; initial forever #1 n = $random(tb.seed);"),
    "deposit on the testbench": attack("initial forever #1 $deposit(tb.stats1.errors, 0);"),
    "deposit by a name": attack('initial $deposit("tb.clk", 0);'),
    "scope": attack("initial begin $scope(tb); $list; $showvars; $showscopes(1); end"),
    "trace": attack("initial begin $settrace; $cleartrace; $reset; $nokey; end"),
    "foreign function": attack("", before='import "DPI-C" function int system(string s);\n'),
    "foreign function in the module": attack(
        'import "DPI-C" context task exit(int n);\ninitial exit(0);'
    ),
    "exported function": attack('export "DPI-C" function f;\nfunction f; f = 0; endfunction'),
    "unknown task": attack("initial $vpi_exit(0);"),
    "unknown task in a macro": attack("initial `Q(fopen);", before='`define Q(x) $``x("x", "w")\n'),
    "task behind an ignored one": attack('initial begin $monitoron; ; $fopen("x", "w"); end'),
    "call in a string of a macro": attack(
        "initial `C ;", before='`define C $display("a\\\\"); $system("b")\n'
    ),
    "call in an unreadable source": attack(
        'checker c; endchecker\nwire w = = 1;\ninteger f = $fopen("x");'
    ),
    "call in a package": attack(
        "import p::*; integer n = f(0);",
        before='package p; function integer f(input integer x); f = $fopen("x"); endfunction\n'
        "endpackage\n",
    ),
    "call in a class": attack(
        "c k; initial begin k = new; k.go(); end",
        before='class c; task go; $system("x"); endtask endclass\n',
    ),
    "call in a default argument": attack(
        'function integer f(input integer x = $fopen("x")); f = x; endfunction\ninteger n = f();'
    ),
    "call in a parameter": attack(
        'sub #($system("x")) s();', after="module sub #(parameter P = 0); endmodule\n"
    ),
}
