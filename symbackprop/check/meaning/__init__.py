"""Trees to values: what each symbol, index, function, sum and derivative of a formula stands for in a scope."""
