"""Who comes onto a path, by which way, and who leaves it."""
