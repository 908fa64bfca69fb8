"""The log of statements: written, numbered, found again, and how far it can be relied on."""
