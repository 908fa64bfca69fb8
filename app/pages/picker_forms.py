"""What the pages of the picker carry in their addresses and forms: what is looked for, and what is chosen so far."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar.datastructures import FormMultiDict, MultiDict

from app.pages.paths import LENGTHS
from paths import Offer, Offers, Wanted

AT_MOST_CHOSEN = 50
PAGE_SIZE = 12
MOST_POINTS = 10_000.0
KINDS = ("path", "module")
_LONGEST = 200


class Looking(msgspec.Struct, frozen=True):
    """What stands in the address. Each of `chosen` is the slug of a path, or with a requirement "slug/requirement"."""

    picking: UUID
    text: str = ""
    kind: str = ""
    topic: str = ""
    language: str = ""
    minutes: str = ""
    chosen: tuple[str, ...] = ()

    @property
    def wanted(self) -> Wanted:
        longest = int(self.minutes) if self.minutes in map(str, LENGTHS) else None
        return Wanted(self.text, topic=self.topic, language=self.language, minutes=longest)

    @property
    def narrowed(self) -> bool:
        """Whether more is asked for than words."""
        return any((self.kind, self.topic, self.language, self.minutes))

    @property
    def filters(self) -> dict[str, str]:
        """What is looked for, by field."""
        fields = ("text", "kind", "topic", "language", "minutes")
        return {name: value for name in fields if (value := getattr(self, name))}

    def page(self, name: str = "") -> str:
        """The path of one of the picker's pages; a form adds what it carries."""
        return f"/pick/{self.picking}" + (f"/{name}" if name else "")

    def address(self, name: str = "", *, without: str = "") -> str:
        """The address of one of the picker's pages, with all that is carried, less one choice."""
        carried = [*self.filters.items(), *(("chosen", each) for each in self.chosen if each != without)]
        return f"{self.page(name)}?{urlencode(carried)}" if carried else self.page(name)

    def shows(self, offer: Offer) -> bool:
        return self.kind not in KINDS or (self.kind == "module") == offer.alone


class Found(msgspec.Struct, frozen=True):
    """A page of what may be chosen, how many there are in all, and behind which offer the next page begins."""

    shown: tuple[Offer, ...]
    total: int
    next_after: str | None
    topics: tuple[str, ...]
    languages: tuple[str, ...]


class Entry(msgspec.Struct, frozen=True):
    """How one choice is to stand in the course, as entered: its value, its title, whether graded and up to what."""

    value: str
    title: str
    graded: bool = True
    points: str = "100"
    place: str = ""

    @property
    def most(self) -> float | None:
        """The points that it is graded up to; None where they are no number above 0."""
        try:
            points = float(self.points.replace(",", "."))
        except ValueError:
            return None
        return points if 0 < points <= MOST_POINTS else None

    @property
    def faults(self) -> Iterator[str]:
        """The fields in which something is wrong."""
        if not self.title.strip():
            yield "title"
        if self.graded and self.most is None:
            yield "points"


def looking_at(picking: UUID, query: MultiDict[str], *, several: bool) -> Looking:
    """What stands in the address. Where one thing only is taken, what was chosen last is."""
    one = {name: (query.get(name) or "").strip()[:_LONGEST] for name in Looking.__struct_fields__[1:-1]}
    return Looking(picking, **one, chosen=_chosen(query.getall("chosen", []), several=several))


def part_of(found: Offers, looking: Looking, after: str) -> Found:
    """The page that begins behind the offer `after`, from the first on where that is none."""
    offers = [offer for offer in found.offers if looking.shows(offer)]
    slugs = [offer.slug for offer in offers]
    start = slugs.index(after) + 1 if after in slugs else 0
    shown = tuple(offers[start : start + PAGE_SIZE])
    following = shown[-1].slug if start + PAGE_SIZE < len(offers) else None
    return Found(shown, len(offers), following, found.topics, found.languages)


def entries_sent(form: FormMultiDict, *, several: bool) -> list[Entry]:
    """The choices of the last page, in its order."""
    fields = {name: str(form[name]).strip()[:_LONGEST] for name in form}
    values = _chosen([value for value in form.getall("chosen", []) if isinstance(value, str)], several=several)
    return [
        Entry(
            value,
            fields.get(f"title.{n}", ""),
            graded=fields.get(f"graded.{n}") == "yes",
            points=fields.get(f"points.{n}", ""),
            place=fields.get(f"place.{n}", ""),
        )
        for n, value in enumerate(values)
    ]


def faults_in(entries: Sequence[Entry]) -> Mapping[str, str]:
    """By field as the form names it, what is wrong with it: title or points."""
    return {f"{fault}.{n}": fault for n, entry in enumerate(entries) for fault in entry.faults}


def _chosen(values: Sequence[str], *, several: bool) -> tuple[str, ...]:
    each = tuple(dict.fromkeys(value[:_LONGEST] for value in values if value))
    return each[:AT_MOST_CHOSEN] if several else each[-1:]
