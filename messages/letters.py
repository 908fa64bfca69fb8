"""What each kind of mail says, in the reader's words. From a letter both the text and the HTML of a mail are made."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import msgspec

from base import Words


class Kind(StrEnum):
    """The causes for which there is mail; those that are not essential can be stopped, each by itself."""

    SIGN_IN = "sign-in"
    LINK_CODE = "link-code"
    INVITATION = "invitation"
    MEMBERSHIP = "membership"
    CERTIFICATE = "certificate"
    DELIVERIES = "deliveries"


ESSENTIAL = frozenset({Kind.SIGN_IN, Kind.LINK_CODE, Kind.INVITATION})
"""What somebody waits for: it comes at once, at night too, and cannot be stopped."""

Particulars = Mapping[str, str]


class Letter(msgspec.Struct, frozen=True):
    """A subject, a few short paragraphs, and at most one thing to do: a link (label, address) or a code to type."""

    subject: str
    paragraphs: tuple[str, ...]
    link: tuple[str, str] | None = None
    code: str | None = None


def letter(kind: Kind, words: Words, particulars: Particulars) -> Letter:
    """The letter of this kind; `particulars` hold what it needs, the address that it leads to as `address`."""
    return _LETTERS[kind](words, particulars)


def digest(words: Words, letters: Sequence[Letter]) -> Letter:
    """One letter of several: each under its subject, with its link in the text."""
    paragraphs = [
        "\n".join([each.subject, *each.paragraphs, *([each.link[1]] if each.link else [])]) for each in letters
    ]
    subject = words.plural("%(n)s piece of news from Waymark", "%(n)s pieces of news from Waymark", len(letters))
    return Letter(subject, tuple(paragraphs))


def kind_name(kind: Kind, words: Words) -> str:
    """What a kind of mail is called where people choose."""
    match kind:
        case Kind.SIGN_IN:
            return words.text("Sign-in links")
        case Kind.LINK_CODE:
            return words.text("Codes that link accounts")
        case Kind.INVITATION:
            return words.text("Invitations")
        case Kind.MEMBERSHIP:
            return words.text("Decisions on your requests")
        case Kind.CERTIFICATE:
            return words.text("Certificates that are ready")
        case Kind.DELIVERIES:
            return words.text("Deliveries that failed")


def _sign_in(words: Words, particulars: Particulars) -> Letter:
    return Letter(
        words.text("Sign in to Waymark"),
        (
            words.text("This link signs you in once. Do not pass it on."),
            words.text("If you did not ask for it, nothing happens when you leave it alone."),
        ),
        link=(words.text("Sign in"), particulars["address"]),
    )


def _link_code(words: Words, particulars: Particulars) -> Letter:
    return Letter(
        words.text("Your code for Waymark"),
        (
            words.text("Type this code on the page that asked for it. Tell it to nobody."),
            words.text("If you did not ask for it, nothing happens when you leave it alone."),
        ),
        code=particulars["code"],
    )


def _invitation(words: Words, particulars: Particulars) -> Letter:
    said = [words.text("%(organisation)s invites you to learn with Waymark.", **particulars)]
    if "title" in particulars:
        said.append(words.text("You will learn along the path “%(title)s”.", **particulars))
    return Letter(
        words.text("You are invited to Waymark"),
        tuple(said),
        link=(words.text("Accept the invitation"), particulars["address"]),
    )


def _membership(words: Words, particulars: Particulars) -> Letter:
    if particulars["decision"] == "approved":
        said: tuple[str, ...] = (words.text("You are now a member of %(organisation)s.", **particulars),)
    else:
        refused = words.text("Your request to join %(organisation)s was not accepted. The reason:", **particulars)
        said = (refused, particulars["answer"])
    return Letter(
        words.text("Your request to join %(organisation)s", **particulars),
        said,
        link=(words.text("My learning"), particulars["address"]),
    )


def _certificate(words: Words, particulars: Particulars) -> Letter:
    return Letter(
        words.text("Your certificate is ready"),
        (words.text("You have completed “%(title)s”. Your certificate can be seen and verified here.", **particulars),),
        link=(words.text("See the certificate"), particulars["address"]),
    )


def _deliveries(words: Words, particulars: Particulars) -> Letter:
    return Letter(
        words.text("Deliveries failed"),
        (words.text("Deliveries to “%(recipient)s” failed ten times and were set aside.", **particulars),),
        link=(words.text("See the deliveries"), particulars["address"]),
    )


_LETTERS: dict[Kind, Callable[[Words, Particulars], Letter]] = {
    Kind.SIGN_IN: _sign_in,
    Kind.LINK_CODE: _link_code,
    Kind.INVITATION: _invitation,
    Kind.MEMBERSHIP: _membership,
    Kind.CERTIFICATE: _certificate,
    Kind.DELIVERIES: _deliveries,
}
