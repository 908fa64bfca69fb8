"""What is missing of a requirement, in words: for pages in the reader's language, and for the command line."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec

from app.position_words import told_positions
from base import Words, msgid
from paths import Lack, Missing


class Reader(msgspec.Struct, frozen=True):
    """For whom it is put: in whose words, with what titles of nodes, and dates in which time zone."""

    words: Words
    titles: Mapping[str, str]
    zone: ZoneInfo


def told(missing: Missing, reader: Reader) -> str:
    """One sentence that says what is missing, and how much of it."""
    words, n = reader.words, int(missing.needed or 0)
    shown = words.percent if missing.lack == Lack.SCORE else words.number
    values = {
        "needed": shown(missing.needed or 0),
        "best": shown(missing.best or 0),
        "names": ", ".join(reader.titles.get(node, node) for node in missing.nodes),
        "positions": told_positions(missing.positions, words),
        "day": words.date(missing.at.astimezone(reader.zone).date()) if missing.at else "",
    }
    if missing.lack == Lack.ITEMS:
        return words.plural("%(n)s more of: %(names)s.", "%(n)s more of: %(names)s.", n, **values)
    return words.text(_sentence(missing), **values)


def _sentence(missing: Missing) -> str:
    if missing.lack == Lack.SCORE and missing.best is None:
        return msgid("A score of at least %(needed)s.")
    if missing.lack == Lack.SIGNED_OFF and not missing.positions:
        return msgid("Somebody's sign-off.")
    return _SENTENCES[missing.lack]


_SENTENCES: Mapping[Lack, str] = {
    Lack.PASSED: msgid("The module must be passed."),
    Lack.COMPLETED: msgid("The module must be completed."),
    Lack.PASSED_OR_COMPLETED: msgid("The module must be passed or completed."),
    Lack.SCORE: msgid("A score of at least %(needed)s; the best so far is %(best)s."),
    Lack.SESSIONS: msgid("%(needed)s sessions attended; so far %(best)s."),
    Lack.MINUTES: msgid("%(needed)s minutes attended; so far %(best)s."),
    Lack.REVIEWS: msgid("%(needed)s pieces of others' work reviewed; so far %(best)s."),
    Lack.SIGNED_OFF: msgid("The sign-off of: %(positions)s."),
    Lack.SUBMITTED: msgid("Work must be handed in."),
    Lack.CONTRIBUTED: msgid("A contribution that somebody confirmed."),
    Lack.ENROLMENT: msgid("Begins on %(day)s."),
    Lack.MODULE: msgid("There is no module yet by which it could be satisfied."),
    Lack.BEFORE: msgid("Finish first: %(names)s."),
    Lack.CREDITS: msgid("%(needed)s credits; so far %(best)s."),
    Lack.MEMBERS: msgid("%(needed)s members who are done; so far %(best)s."),
    Lack.POSITIONS: msgid("Nobody who is done holds the position: %(positions)s."),
    Lack.EXPIRED: msgid("It was satisfied until %(day)s and must be shown anew."),
    Lack.LOST: msgid("It was satisfied by what counts no more."),
    Lack.OPENS: msgid("Opens on %(day)s."),
    Lack.CLOSED: msgid("Closed since %(day)s."),
}
"""For each word of Lack but ITEMS, what it says to people."""
