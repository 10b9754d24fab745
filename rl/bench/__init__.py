"""Measures searchers beside what an engineer would otherwise use.

`protocol` says what is compared under which conditions, `plan` which rows that takes, `run`
makes them: `searcher`, `scripts` and `deepsyn` those of one kind each, on a `cell` of a design
and a library. `claim` checks what a row claims, `rows` and `folder` keep it. `summary` and
`convergence` make figures of rows alone; `view`, `plot`, `pages` and `show` what a person sees.
"""
