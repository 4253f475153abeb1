"""Exact values: the arithmetic that equality is decided in, and a net as values in it."""
