"""Statements to and from other record stores and files."""
