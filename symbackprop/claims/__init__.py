"""Claims of the textbooks that are not derivatives, decided with the same verdicts: one file per family of claims."""
