"""Schools: study rights, transcripts, plans, and what the systems people learn with note down."""
