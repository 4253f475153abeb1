"""The proof kernel: exact polynomials and the replay of certificates, on the standard library alone.

Nothing here imports the rest of symbackprop, SymPy or NumPy; everything the project calls PROVED has been accepted here.
"""
