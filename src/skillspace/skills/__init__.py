"""Skills intelligence as a library: taxonomy, enrichment, matching, careers. Usable from a notebook."""
