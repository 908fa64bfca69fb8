"""Agents made pseudonymous, and evidence that outlives them."""
