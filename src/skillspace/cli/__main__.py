"""`python -m skillspace.cli` is the program `skillspace`."""

from skillspace.cli.main import run

run()
