"""Proofs: claims, verdicts and certificates; nothing outside the kernel decides what is PROVED."""
