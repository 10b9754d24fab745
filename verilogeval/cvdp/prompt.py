"""The text for the model: the request, the files that belong to it, and the form of the answer."""

from verilogeval.cvdp.rows import Row

_FOLDERS = (
    "You write hardware descriptions. The project's files lie in these folders: rtl/ holds the "
    "design, verif/ what verifies it, docs/ its documents."
)
_KINDS = {
    "cid002": "Complete the given design.",
    "cid003": "Write the design that the specification describes.",
    "cid004": "Change the given design as requested.",
    "cid005": "Write the design from its specification, using the given modules.",
    "cid007": "Improve the given design as requested.",
    "cid016": "Find and correct the errors in the given design.",
}
_SEVERAL = (
    'Answer with one JSON object and nothing else, {"code": [{"<path>": "<text>"}, ...]}, that '
    "holds the whole text of each of these files: "
)


def build_prompt(row: Row) -> str:
    """The prompt of a row, in the order of CVDP's own: task, files, request, form of the answer."""
    outputs = list(row.output.context)
    parts = [f"{_FOLDERS} {_KINDS.get(row.category, '')}".strip()]
    for path, text in row.input.context.items():
        if text:
            parts.append(f"The file {path}:\n```\n{text}\n```")
    parts.append(row.input.prompt.strip())
    if len(outputs) == 1:
        parts.append(f"Answer with the whole text of the file {outputs[0]} and nothing else.")
    else:
        parts.append(_SEVERAL + ", ".join(outputs))
    return "\n\n".join(parts) + "\n"
