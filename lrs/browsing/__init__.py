"""Statements chosen, counted, looked at and given out."""
