"""The checker: reads hand-written formulas and says whether they are true of a net."""
