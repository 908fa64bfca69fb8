"""The composition root: pages, worker and command line over all domains."""
