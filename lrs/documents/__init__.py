"""Documents of activities and agents."""
