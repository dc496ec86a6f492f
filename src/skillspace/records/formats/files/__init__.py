"""Before a file is of any format: what carries documents, opened within bounds and read safely."""
