"""How this installation sends mail, as its settings say."""

import sys
from zoneinfo import ZoneInfo

from app.settings import Settings
from base import Subscription
from messages import Office, Send, at_terminal, by_smtp, mail_subscriptions, nowhere, parse_sender, parse_smtp_url


def mail_hearers(settings: Settings) -> tuple[Subscription, ...]:
    """What hears in order to write to people, in this installation's name."""
    office = Office(settings.url, parse_sender(settings.mail_from), ZoneInfo(settings.time_zone))
    return mail_subscriptions(office, _way(settings))


def _way(settings: Settings) -> Send:
    if settings.smtp_url is not None:
        return by_smtp(parse_smtp_url(settings.smtp_url))
    # A letter holds links that open doors: on the terminal of a try-out they are wanted, in production never.
    return nowhere if settings.production else at_terminal(sys.stderr)
