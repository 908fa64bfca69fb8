"""Killing the running service at random moments, and checking what is on its disk."""
