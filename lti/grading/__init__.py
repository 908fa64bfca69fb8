"""What grade books are told, and what became of it."""
