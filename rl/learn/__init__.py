"""Training: designs are searched, what came of it is kept, and networks are fitted to it.

`collect` fills an archive of evaluations, `transfer` tries recipes that did well on one design
on the others, `archive` reads it back as arrays, `fit` trains, `train` is all of it in order.
"""
