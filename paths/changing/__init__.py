"""What another version of a path would make of those on it, and moving them to it."""
