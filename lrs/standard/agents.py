"""Who an agent is: its one inverse functional identifier, as one string that pins it everywhere (xAPI-Data 2.4.2.3)."""

import hashlib
import re
from typing import Final

from lrs.standard.statements import Agent

_PARTING: Final = re.compile(":(?=:|$)")
"""A colon of a home page that could be taken for the start of the two which part it from the name."""


def account_key(home_page: str, name: str) -> str:
    """The key of the account `name` at `home_page`, and of no other: `account_of_key` takes it apart again."""
    return f"account::{_PARTING.sub(': ', home_page)}::{name}"


def account_of_key(key: str) -> tuple[str, str] | None:
    """The home page and the name of an account's key; None for the key of anything else.

    An IRI holds no space, so a space in the first part is one that `account_key` put there.
    """
    kind, _, account = key.partition("::")
    home_page, _, name = account.partition("::")
    return (home_page.replace(": ", ":"), name) if kind == "account" else None


def agent_key(agent: Agent) -> str:
    """The agent's identifier as one string; an anonymous group, which has none, is named by its members."""
    if agent.account is not None:
        return account_key(agent.account.home_page, agent.account.name)
    if agent.mbox is not None:
        return f"mbox::{agent.mbox}"
    if agent.mbox_sha1sum is not None:
        return f"mbox_sha1sum::{agent.mbox_sha1sum.lower()}"
    if agent.openid is not None:
        return f"openid::{agent.openid}"
    members = "\n".join(sorted(agent_key(member) for member in agent.member or ()))
    return f"anonymous::{hashlib.sha256(members.encode()).hexdigest()}"


def keys_of(agent: Agent) -> list[str]:
    """The keys of an agent or group and of its members: a filter for a member finds the group (Communication 2.1.3)."""
    own = agent_key(agent)
    return [own] if agent.member is None else [own, *map(agent_key, agent.member)]
