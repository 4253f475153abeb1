"""Whole documents: formulas found in files, read from top to bottom, reported with their places."""
