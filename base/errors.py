"""The few kinds of expected failure; everything else is a bug and rises."""

from collections.abc import Mapping


class WaymarkError(Exception):
    """An expected failure whose message names the rule, what was sent, and what would pass.

    `rule` is the standard and section or the name of our own rule; `where` is the place in what was sent
    (a JSON path, a field, a file), both for machines that show errors beside their cause. A message that people read
    in their language (`Words.error`) is a text of the catalogues, whose `%(name)s` are filled from `values`.
    """

    def __init__(
        self,
        message: str,
        *,
        rule: str | None = None,
        where: str | None = None,
        values: Mapping[str, str | int] | None = None,
    ) -> None:
        self.text = message
        self.values = values or {}
        self.message = message % {name: _written(each) for name, each in values.items()} if values else message
        super().__init__(self.message)
        self.rule = rule
        self.where = where


def _written(value: str | int) -> str:
    return value if isinstance(value, str) else f"{value:,}"


class Invalid(WaymarkError):
    """What was sent breaks a rule."""


class Unauthenticated(WaymarkError):
    """Nobody is known to be asking."""


class Forbidden(WaymarkError):
    """The asker is known and may not do this."""


class Missing(WaymarkError):
    """There is no such thing, or none that the asker may know of."""


class Conflict(WaymarkError):
    """It contradicts what is already stored."""


class PreconditionFailed(WaymarkError):
    """The state is not the one that the asker named."""


class TooLarge(WaymarkError):
    """It exceeds a limit of size, depth or number."""


class TooMany(WaymarkError):
    """It came too often; `retry_after_seconds` says when it may come again."""

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(WaymarkError):
    """It could not be done now and may be tried again, in `retry_after_seconds` where known; nothing was stored."""

    def __init__(
        self,
        message: str,
        *,
        rule: str | None = None,
        where: str | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(message, rule=rule, where=where)
        self.retry_after_seconds = retry_after_seconds
