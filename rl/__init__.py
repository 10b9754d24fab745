"""Decides what to try: move tables, searchers, runs."""
