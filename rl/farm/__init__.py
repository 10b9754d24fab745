"""Evaluations of one search on the workers of a Ray cluster."""
