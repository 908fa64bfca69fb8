"""Deep linking: what teachers pick goes into their course."""
