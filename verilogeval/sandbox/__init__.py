"""Runs programs on hostile input, isolated by the kernel's own means.

`run` has the entry points, `values` what goes in and comes out. `inside` is the code of the small
process from which runs are started; it imports little, because what it holds is copied by each
fork.
"""
