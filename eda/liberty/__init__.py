"""Cell libraries in the Liberty format.

| module | what |
|---|---|
| `find` | `resolve_library`: a name or path becomes a library that tools can read |
| `facts` | what a library's cells are good for |
| `parse` | the structure of Liberty text |
| `function` | Boolean functions as Liberty writes them |
| `generic` | the embedded library: `catalogue` its cells, `effort` their delays and sizes |
| `write`, `registers` | the text of its gates and of its flops and latches |
| `pdk` | where open PDKs keep their libraries |
| `cache` | what was learnt of a library, by content |
"""
