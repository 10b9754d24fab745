"""Problem sets and their formats."""
