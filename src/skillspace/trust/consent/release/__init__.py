"""From a yes to bytes: the gate, the tokens of single uses, and what each side checks."""
