"""Python code that runs a harness, in a process of its own."""
