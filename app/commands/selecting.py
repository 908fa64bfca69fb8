"""Options by which commands choose statements: the filters of the standard, by its names."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import rich_click as click

F = TypeVar("F", bound=Callable[..., Any])

_TEXTS = {
    "agent": "An agent or group, as JSON.",
    "verb": "The IRI of a verb.",
    "activity": "The IRI of an activity.",
    "registration": "A registration, as UUID.",
}
_FLAGS = {
    "related_agents": "Find the agent in any place of a statement.",
    "related_activities": "Find the activity in any place of a statement.",
}
_OF_THE_STORE = {
    "since": "Stored after this time, such as 2026-11-22T09:00:00Z.",
    "until": "Stored by this time.",
    "authority": "Stored under this authority, as the JSON of an agent.",
}

Chosen = dict[str, Any]


def filters(*, of_the_store: bool = True) -> Callable[[F], F]:
    """Give a command the options; without `of_the_store` only those that another store can be asked with."""

    def decorate(command: F) -> F:
        texts = {**_TEXTS, **(_OF_THE_STORE if of_the_store else {})}
        for name, told in reversed(texts.items()):
            command = click.option(f"--{name}", help=told)(command)
        for name, told in _FLAGS.items():
            command = click.option(f"--{name.replace('_', '-')}", name, is_flag=True, help=told)(command)
        return command

    return decorate


def pairs_of(chosen: Chosen) -> Iterable[tuple[str, str]]:
    """The options as parameters of the standard."""
    return [(name, "true" if value is True else str(value)) for name, value in chosen.items() if value]
