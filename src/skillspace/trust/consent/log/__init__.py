"""Reading back what happened: the person's log, the audit of receipts, and what the journal shows of it."""
