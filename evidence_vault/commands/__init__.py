"""The commands of the terminal: parse, one call, render."""
