"""How a command answers: lines for people or JSON for machines, and one clear line when it fails."""

import functools
import os
import sys
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import msgspec
import rich_click as click

from app.logs import set_up_logs
from app.settings import Settings, read_settings
from base import Said, WaymarkError

P = ParamSpec("P")


class Answer(msgspec.Struct, frozen=True):
    """What a command found or did: `value` for machines, `lines` for people."""

    value: Any
    lines: tuple[str, ...]
    failed: bool = False


def answering(command: Callable[Concatenate[Settings, P], Answer]) -> Callable[P, None]:
    """Make a click command of a function from settings and options to an Answer.

    Adds `--json`. An expected failure is printed as one line on standard error and exits with 1; so does an answer
    that says it failed.
    """

    @click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.pop("as_json"))
        set_up_logs()
        try:
            answer = command(read_settings(os.environ), *args, **kwargs)
        except WaymarkError as error:
            fail(error, as_json=as_json)
        if as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(answer.value, enc_hook=_plain)).decode())
        else:
            for line in answer.lines:
                click.echo(line)
        sys.exit(1 if answer.failed else 0)

    return run


def _plain(value: object) -> str:
    """Of what msgspec does not know: a sentence in English."""
    if isinstance(value, Said):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} is nothing that an answer may hold")


def fail(error: WaymarkError, *, as_json: bool) -> None:
    """Print the failure and exit with 1."""
    if as_json:
        click.echo(msgspec.json.encode({"error": error.message, "rule": error.rule, "where": error.where}).decode())
    else:
        click.echo(f"waymark: {error.message}", err=True)
    sys.exit(1)
