"""The requirement tree and its periods: what a path asks for. Pure."""
