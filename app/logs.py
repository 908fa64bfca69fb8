"""Structured logs on standard error: lines for people at a terminal, JSON for machines; secrets never reach them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(
    r"token|secret|password|passphrase|authorization|cookie|assertion|login_hint|message_hint|^state$|^nonce$|^key$",
    re.IGNORECASE,
)
_SECRET_VALUES = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # a JSON web token
    r"|(?i:basic|bearer)\s+[\w+/=.~-]{8,}"
    r"|(?<=/s/)[\w-]{16,}|(?<=/f/)[\w-]{16,}|(?<=/sign-in/)[\w-]{16,}"  # paths that open doors
    r"|(?<=/mail/stop/)[\w-]{16,}|(?<=/invitations/)[\w-]{16,}|(?<=/accounts/claim/)[\w-]{16,}"  # likewise
    r"|(?<=/calendar/)[\w-]{16,}"  # likewise
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user and password in an address
)


def set_up_logs() -> None:
    """Send structlog and the standard library's warnings to standard error."""
    machine = not sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.processors.JSONRenderer() if machine else structlog.dev.ConsoleRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def hide_secrets(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The log entry without secrets: values of secret-sounding names, and secrets inside longer texts."""
    for name, value in entry.items():
        if _SECRET_NAMES.search(name):
            entry[name] = HIDDEN
        elif isinstance(value, str):
            entry[name] = _SECRET_VALUES.sub(HIDDEN, value)
    return entry
