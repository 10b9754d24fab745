"""The process from which runs are started, and what it does between fork and exec.

A worker may be big, may have threads and may not want to leave its namespaces; forking it for
every run would be dear and unsafe. So it starts one small process, once: this. What it imports
costs time at each fork: nothing here imports `dataclasses`, `typing`, `pathlib` or `subprocess`,
and imports within are relative, so that the packages around this one stay out as well.
"""
