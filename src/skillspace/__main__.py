"""`python -m skillspace` is the program `skillspace`."""

from skillspace.cli.main import run

run()
