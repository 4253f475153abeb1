"""Values to verdicts: instances compared, witnesses certified, matrix claims lifted to every size."""
