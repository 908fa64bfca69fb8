"""Whole journeys through the running service."""
