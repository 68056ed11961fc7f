"""`python -m tranter`."""

from tranter.cli import main

main()
