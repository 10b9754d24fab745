"""Commands of the command line that search."""
