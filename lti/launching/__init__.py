"""A launch until it is believed: login, state, token, claims, target."""
