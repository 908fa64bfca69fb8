"""The cache of facts and verdicts, which can be thrown away and rebuilt."""
