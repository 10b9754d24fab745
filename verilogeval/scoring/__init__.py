"""Scoring samples: plan, workers, results."""
