"""The command line: what an operator does, one file for each concern."""
