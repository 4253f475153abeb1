"""What to change in a wrong formula: edits tried in residues, confirmed exactly, printed in the writer's own words."""
