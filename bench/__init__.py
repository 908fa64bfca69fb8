"""How fast the service is, as ratios against floors of the same run: a time alone says more of the machine."""
