"""Evaluate: gold readers and scorers."""
