"""The rows, one file for each part of the list: nets, functions, derivations, training, encodings, claims, figures."""
