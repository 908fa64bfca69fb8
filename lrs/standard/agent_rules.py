"""The rules of agents and groups (xAPI-Data 2.4.2) and of authorities (2.4.9)."""

from lrs.standard.forms import MBOX, SHA1_HEX
from lrs.standard.refusals import check_iri, refuse
from lrs.standard.statements import Account, Agent

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_OAUTH_MEMBERS = 2


def check_agent(agent: Agent, at: str) -> None:
    """An Agent has exactly one identifier; a Group at most one, and members when it has none."""
    if agent.object_type == "Group":
        _check_group(agent, at, _identifiers_of(agent))
    elif agent.member is not None:
        refuse(f"{at}.member", agent.member, 'stand only in a Group, so "objectType" would be "Group"', _AGENT)
    elif len(identifiers := _identifiers_of(agent)) != 1:
        refuse(at, identifiers or agent, f"have exactly one of {', '.join(_IDENTIFIERS)}", _IDENTIFIER)
    _check_identifiers(agent, at)


_AGENT = "xAPI-Data 2.4.2.1"
_GROUP = "xAPI-Data 2.4.2.2"
_IDENTIFIER = "xAPI-Data 2.4.2.3"
_AUTHORITY = "xAPI-Data 2.4.9"


def check_group(agent: Agent, at: str) -> None:
    if agent.object_type != "Group":
        refuse(f"{at}.objectType", agent.object_type, 'be "Group"', _GROUP)
    check_agent(agent, at)


def check_single_agent(agent: Agent, at: str) -> None:
    if agent.object_type != "Agent":
        refuse(f"{at}.objectType", agent.object_type, 'be "Agent"', _AGENT)
    check_agent(agent, at)


def check_identified(agent: Agent, at: str) -> None:
    """An Agent, or a Group that has an identifier: what can be asked for (Communication 2.1.3)."""
    check_agent(agent, at)
    if not _identified(agent):
        refuse(at, agent, f"have one of {', '.join(_IDENTIFIERS)}", _IDENTIFIER)


def check_authority(agent: Agent, at: str) -> None:
    """An Agent, or for OAuth a group of two without an identifier: the application and the user."""
    check_agent(agent, at)
    if agent.object_type == "Group" and (_identified(agent) or len(agent.member or ()) != _OAUTH_MEMBERS):
        refuse(at, agent, "be an Agent, or a group of exactly two agents without an identifier", _AUTHORITY)


def _identified(agent: Agent) -> bool:
    return bool(_identifiers_of(agent))


def _identifiers_of(agent: Agent) -> list[str]:
    values = (agent.mbox, agent.mbox_sha1sum, agent.openid, agent.account)
    return [name for name, value in zip(_IDENTIFIERS, values, strict=True) if value is not None]


def _check_group(group: Agent, at: str, identifiers: list[str]) -> None:
    if len(identifiers) > 1:
        refuse(at, identifiers, f"have at most one of {', '.join(_IDENTIFIERS)}", _IDENTIFIER)
    if not identifiers and not group.member:
        refuse(at, group, "have members, since it has no identifier", _GROUP)
    for index, member in enumerate(group.member or ()):
        check_single_agent(member, f"{at}.member[{index}]")


def _check_identifiers(agent: Agent, at: str) -> None:
    if agent.mbox is not None and MBOX.fullmatch(agent.mbox) is None:
        refuse(f"{at}.mbox", agent.mbox, "have the form mailto:address", _IDENTIFIER)
    if agent.mbox_sha1sum is not None and SHA1_HEX.fullmatch(agent.mbox_sha1sum) is None:
        refuse(f"{at}.mbox_sha1sum", agent.mbox_sha1sum, "be a SHA-1 in 40 hex digits", _IDENTIFIER)
    if agent.openid is not None:
        check_iri(agent.openid, f"{at}.openid", _IDENTIFIER)
    if agent.account is not None:
        _check_account(agent.account, f"{at}.account")


def _check_account(account: Account, at: str) -> None:
    check_iri(account.home_page, f"{at}.homePage", "xAPI-Data 2.4.2.4")
    if "\x00" in account.name:
        refuse(f"{at}.name", account.name, "have no U+0000, which PostgreSQL's text cannot hold", "Waymark")
