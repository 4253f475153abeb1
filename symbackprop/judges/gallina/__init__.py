"""Everything about writing Coq: identifiers, formulas, proofs, and the library files Graph.v and Backprop.v."""
