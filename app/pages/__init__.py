"""What people see: a file a noun, each handler one call into a domain."""
