"""Words everyone shares: identifiers, errors, clock, lifecycle tables, events. No input or output here."""
