"""`python -m graphlab` is the graphlab command."""

from graphlab.cli.main import main

main()
