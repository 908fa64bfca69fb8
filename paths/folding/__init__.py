"""Verdicts kept current: by statements, by time, and by replay."""
