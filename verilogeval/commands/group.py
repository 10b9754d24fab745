"""`eda-rl verilogeval`: its commands."""

from eda.table import Table

verilogeval = Table(
    "verilogeval",
    "Judge Verilog that models wrote.",
    {
        "generate": ("verilogeval.commands.generate:generate", "Ask a model for solutions."),
        "score": ("verilogeval.commands.score:score", "Judge samples: verdicts and pass@k."),
        "report": (
            "verilogeval.commands.report:report",
            "Write a run as HTML, or several.",
        ),
        "compare": ("verilogeval.commands.compare:compare", "Show where two runs differ."),
        "explain": ("verilogeval.commands.explain:explain", "Say why a sample fails."),
        "list": ("verilogeval.commands.list:list_problems", "List a dataset's problems."),
        "show": ("verilogeval.commands.show:show", "Print a problem's prompt or reference."),
    },
)
