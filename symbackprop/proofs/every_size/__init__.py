"""Proofs that hold for every width and every depth, by a typed index calculus."""
