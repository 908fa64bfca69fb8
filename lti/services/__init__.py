"""Calls to the services of platforms: access tokens, grade books, rosters."""
