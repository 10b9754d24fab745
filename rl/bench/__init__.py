"""Measures searchers beside what an engineer would otherwise use.

`protocol` says what is compared under which conditions, `plan` which rows that takes, `run`
makes them: `searcher`, `scripts` and `deepsyn` one kind each, `claim` checks what they claim,
`rows` keeps them. `summary`, `convergence` and the modules of `report` make tables and pictures
of rows alone.
"""
