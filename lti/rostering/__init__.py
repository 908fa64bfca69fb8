"""Rosters of courses, and the paths that they fill."""
