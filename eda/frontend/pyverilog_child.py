"""Runs inside a child process: parses Verilog with pyverilog and lists its modules.

A plain script that imports nothing of this project, since the child may not find it.
"""

import json
import sys
from pathlib import Path

if __name__ == "__main__":  # this folder's modules must not hide installed packages
    sys.path.pop(0)

import pyverilog.vparser
from pyverilog.ast_code_generator.codegen import ASTCodeGenerator
from pyverilog.vparser import ast as nodes
from pyverilog.vparser.parser import VerilogParser


def collect(source: str, result: str, cache: str) -> None:
    """Write the modules of the preprocessed file `source` to `result`; tables go to `cache`."""
    # Where the parser generator looks for its tables: beside the parser, and here.
    pyverilog.vparser.__path__.append(cache)
    parser = VerilogParser(outputdir=cache, debug=False)
    tree = parser.parse(Path(source).read_text(encoding="utf-8", errors="replace"))
    generate = ASTCodeGenerator()
    rows = []
    for module in tree.description.definitions:
        if not isinstance(module, nodes.ModuleDef):
            continue
        instances, parameters = [], []
        stack = [module]
        while stack:
            node = stack.pop()
            if isinstance(node, nodes.Instance):
                instances.append((node.name, node.module))
            elif isinstance(node, nodes.Parameter) and not isinstance(node, nodes.Localparam):
                parameters.append((node.name, generate.visit(node.value)))
            stack.extend(reversed(node.children()))
        rows.append((module.name, instances, parameters))
    Path(result).write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    collect(*sys.argv[1:])
