"""What xAPI says of statements, of their parts and of requests: pure, from bytes to values and rules."""
