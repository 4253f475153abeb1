"""The room that explains: derivations whose every shown line is a claim with its own evidence."""
