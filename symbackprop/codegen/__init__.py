"""From a network to the code that trains it: lowered from the delta recursion, printed by a backend, run on exact numbers."""
