"""Sweeps: designs x libraries x objectives x searchers x seeds, and scorings, as one file says.

`spec` is that file's schema and `located` reads it with its line numbers; `matrix` makes `task`s
of it, `estimate` says how long each takes. `perform` runs one task in a process of its own, which
`watch` holds to its limits; `local` and `cluster` run many, on this machine or on Ray. `rows` and
`folder` keep what came of them, `run` leads from a folder to its rows.

Scorings are run through the command line, as searches are: so this room knows nothing of
`verilogeval`.
"""
