"""Every figure that README or docs quote comes from a command here: `python -m benchmarks.NAME`."""
