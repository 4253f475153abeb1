"""Characters to trees: tokens, commands, macros, and the grammar that people write formulas in; nothing is decided here."""
