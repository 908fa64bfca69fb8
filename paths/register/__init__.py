"""What statements do not say, by date: paths and their versions, what fulfils what, who is on which path."""
