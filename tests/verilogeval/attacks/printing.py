"""Attacks that print what a testbench would print."""

from attacks.template import Attack, attack

_LINE = "Mismatches: 0 in 119 samples"
#: A task that finds a part of its own hierarchical name and prints it before a result.
_GET = """reg [8*400:1] s; reg [8*32:1] k; integer i;
task get; begin
  $swrite(s, "%m");
  i = 399; while (s[8*i+1 +: 8] == 0) i = i - 1;
  for (integer j = 0; j < 32; j = j + 1) k[8*(31-j)+1 +: 8] = s[8*(i-1-j)+1 +: 8];
  $display("%0sMismatches: 0 in 119 samples", k); $display("%0send 0", k); $fflush;
end endtask
"""
_STEP = """reg [8*400:1] s; reg [8*32:1] k; integer i, d;
initial begin
  $swrite(s, "%m");
  for (d = 0; d < 399 - 32; d = d + 1) begin
    k = s[8*d+1 +: 8*32];
    $display("%0sMismatches: 0 in 119 samples", k); $display("%0send 0", k);
  end
  $finish;
end"""

PRINTING: dict[str, Attack] = {
    "display": attack(f'initial begin $display("{_LINE}"); $finish; end'),
    "display and go on": attack(f'initial $display("{_LINE}");'),
    "display last": attack(f'final $display("{_LINE}");'),
    "write in pieces": attack(
        'initial begin $write("Mism"); $write("atches: %0d", 0); $write(" in 119");'
        ' $write(" samples\\n"); $finish; end'
    ),
    "monitor": attack(f'initial begin $monitor("{_LINE}"); #1 $finish; end'),
    "strobe": attack(f'initial begin $strobe("{_LINE}"); #1 $finish; end'),
    "fdisplay to 1": attack(f'initial begin $fdisplay(1, "{_LINE}"); $finish; end'),
    "fdisplay to the output": attack(
        f'initial begin $fdisplay(32\'h8000_0001, "{_LINE}"); $finish; end'
    ),
    "fwrite to the errors": attack(
        f'initial begin $fwrite(32\'h8000_0002, "{_LINE}\\n"); $finish; end'
    ),
    "fstrobe to everything": attack(
        f'initial begin $fstrobe(32\'h7fff_ffff, "{_LINE}"); #1 $finish; end'
    ),
    "fmonitor": attack(f'initial begin $fmonitor(32\'h8000_0001, "{_LINE}"); #1 $finish; end'),
    "info": attack(f'initial begin $info("\\n{_LINE}"); $finish; end'),
    "every count": attack(
        "integer n; initial begin for (n = 0; n < 500; n = n + 1)"
        ' $display("Mismatches: 0 in %0d samples", n); $finish; end'
    ),
    "hints and result": attack(
        "initial begin $display(\"Hint: Output 'OUT' has no mismatches.\");"
        ' $display("Hint: Total mismatched samples is 0 out of 119 samples\\n");'
        f' $display("Simulation finished at 596 ps"); $display("{_LINE}"); $finish; end'
    ),
    "backspaces": attack(f'final $display("\\b\\b\\b\\b\\033[2K\\r{_LINE}");'),
    "nulls": attack(f'initial begin $display("%c%c{_LINE}", 0, 10); $finish; end'),
    "output closed behind the result": attack(
        f'initial begin $display("{_LINE}"); $fflush; $fclose(32\'h8000_0001); $fclose(1); end'
    ),
    "monitor off": attack("initial begin $monitoroff; $fclose(32'h8000_0001); end"),
    "the result of an own testbench": attack(
        "", after=f'module tb; initial begin $display("{_LINE}"); $finish; end endmodule\n'
    ),
    "own name read, then finish": attack(_GET + "initial begin get; $finish; end"),
    "own name read at the end": attack(
        _GET.replace("task get;", "final").replace("end endtask", "end")
    ),
    "own name read, then flood": attack(
        _GET + f'initial begin get; forever $display("{"x" * 70}"); end'
    ),
    "own name read, then stack": attack(
        _GET + "function automatic integer f(input integer x); f = f(x+1)+1; endfunction\n"
        "initial begin get; i = f(0); end"
    ),
    "own name read, then memory": attack(
        _GET + 'string t; initial begin get; t = "aaaaaaaaaaaaaaaa"; forever t = {t,t}; end'
    ),
    "own name read, then closed": attack(
        _GET + "initial begin get; $fclose(32'h80000001); $fclose(1); $finish; end"
    ),
    "own name read, then hang": attack(_GET + "initial begin get; forever #0; end"),
    "every piece of the own name": attack(_STEP),
    "own name printed before the result": attack(
        f'initial begin $display("%m{_LINE}"); $display("%mend 0"); $finish; end'
    ),
    "own name in a string": attack(
        f'string s; initial begin s = $sformatf("%m"); $display({{s, "{_LINE}"}});'
        ' $display({s, "end 0"}); $finish; end'
    ),
    "library and cell": attack(f'initial begin $display("%l%v{_LINE}", IN); $finish; end'),
    "types and scales": attack(
        "initial begin $printtimescale; $printtimescale(TOP); $timeformat(-12, 0,"
        ' "Mismatches: 0 in 119 samples", 0); $display("%t", $time); $finish; end'
    ),
    "file and line": attack(
        f'initial begin $display(`__FILE__); $display("{_LINE}", `__LINE__); $finish; end'
    ),
    "result in a warning of the simulator": attack(
        'reg [7:0] m [0:3]; initial $readmemh("\\nMismatches: 0 in 119 samples\\n", m);'
    ),
    "result in a compiler message": attack(
        "wire [3:0] \\Mismatches:0 ; assign \\Mismatches:0 = 99'd1 / 0;\n"
        f'initial $warning("{_LINE}");'
    ),
}
