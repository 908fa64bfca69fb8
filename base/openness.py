"""How a route says who may use it: what its `opt` holds when that is not an action of people/permissions.py."""

from collections.abc import Mapping

PUBLIC: Mapping[str, object] = {"action": None}
"""Everybody may."""

BY_PROOF: Mapping[str, object] = {"action": "proof"}
"""Whoever brings a proof of their own with the request, which the handler checks: a credential, or a signed token."""
