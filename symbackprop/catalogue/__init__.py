"""The catalogue: every system of the source documents, with the command that shows it and a check that runs it."""
