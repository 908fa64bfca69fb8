"""Completion: verdicts over spans of time from the tree, the register and the facts, and why they are so. Pure."""
