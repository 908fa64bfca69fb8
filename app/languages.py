"""Which language a page speaks to somebody who has not signed in."""

from base import LANGUAGES, best_language

LANGUAGE_COOKIE = "waymark-language"
_LONGEST_HEADER = 1000


def asked_language(chosen: str | None, accept_language: str) -> str:
    """The language that was chosen on a page, else the best one by Accept-Language (RFC 9110, section 12.5.4)."""
    return chosen if chosen in LANGUAGES else best_language(_by_quality(accept_language))


def _by_quality(header: str) -> list[str]:
    weighed = [_weighed(part) for part in header[:_LONGEST_HEADER].split(",")]
    wanted = [(quality, tag) for quality, tag in weighed if quality > 0]
    return [tag for _, tag in sorted(wanted, key=lambda pair: -pair[0])]


def _weighed(part: str) -> tuple[float, str]:
    tag, _, parameter = part.partition(";")
    name, _, value = parameter.partition("=")
    if not parameter:
        return 1.0, tag.strip()
    try:
        return (float(value) if name.strip() == "q" else 0.0), tag.strip()
    except ValueError:
        return 0.0, tag.strip()
