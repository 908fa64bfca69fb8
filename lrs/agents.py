"""Who an agent is: its one inverse functional identifier, as one string that pins it everywhere (xAPI-Data 2.4.2.3)."""

import hashlib

from lrs.statements import Agent


def account_key(home_page: str, name: str) -> str:
    """The key of the account `name` at `home_page`."""
    return f"account::{home_page}::{name}"


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
    return [agent_key(agent), *map(agent_key, agent.member or ())]
