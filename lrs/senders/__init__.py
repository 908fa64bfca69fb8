"""Who may send and read, how much, and what is mended of what they send."""
