"""A certificate put into the words of its language."""

from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from base import Words
from certificates.numbers import grouped
from certificates.paper import Audited, Certificate, plain

_HOURS_FROM_MINUTES = 180


class Issuer(msgspec.Struct, frozen=True):
    """Who certifies, by the name that people know, and the address (no slash at its end) under which it is verified."""

    name: str
    url: str

    def verify_url(self, number: str) -> str:
        return f"{self.url}/verify/{number}"

    @property
    def domain(self) -> str:
        """What a reader compares with the address bar, since a forged paper leads to another place."""
        return urlsplit(self.url).netloc


class Earned(msgspec.Struct, frozen=True):
    """What one certificate says, apart from its words."""

    number: str
    name: str
    path_title: str
    issuer: str
    minutes: int
    time_zone: str
    completed_at: datetime


def day_in(time_zone: str, at: datetime) -> date:
    """The day that it was in the path's time zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def put_into_words(
    words: Words, earned: Earned, *, issuer: Issuer, issued_at: datetime, audited: Audited | None = None
) -> Certificate:
    """What stands on the paper; its dates are days in the path's time zone, written as the language writes them."""
    completed_on, issued_on = (words.date(day_in(earned.time_zone, at)) for at in (earned.completed_at, issued_at))
    return Certificate(
        language=words.language,
        title=words.text("Certificate of completion"),
        # The name and the path's title stand on lines of their own, below these two.
        opening=words.text("This certifies that"),
        name=plain(earned.name),
        deed=words.text("has completed the learning path"),
        path_title=plain(earned.path_title),
        details=(
            (words.text("Completed on"), completed_on),
            (words.text("Issued on"), issued_on),
            (words.text("Learning time"), learning_time(words, earned.minutes)),
        ),
        number=(words.text("Certificate number"), grouped(earned.number)),
        issuer=plain(earned.issuer),
        check=words.text(
            "Anyone can check this certificate at %(domain)s: scan the code, or enter the number there.",
            domain=issuer.domain,
        ),
        signed=words.text(
            "This file carries an electronic signature. On paper, the check at this address takes its place."
        ),
        code=words.text("QR code: the address at which this certificate is checked"),
        verify_url=issuer.verify_url(earned.number),
        issued_at=issued_at,
        audited=audited,
        audited_words=""
        if audited is None
        else words.text("Newest seal of the audit log at the time of issue: %(seal)s", seal=audited),
    )


def learning_time(words: Words, minutes: int) -> str:
    """The time in minutes, or from three hours up in hours."""
    if minutes < _HOURS_FROM_MINUTES:
        return words.plural("%(n)s minute", "%(n)s minutes", minutes)
    return words.plural("%(n)s hour", "%(n)s hours", round(minutes / 60))
