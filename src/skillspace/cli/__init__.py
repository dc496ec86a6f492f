"""The program `skillspace`."""
