"""symbackprop: derivations of backpropagation that are proved, shown, checked and compiled."""
