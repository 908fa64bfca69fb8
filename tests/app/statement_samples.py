"""Fillings for the pages of statements: long names, markup as text, nothing at all, and an agent's dry run."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.pages.pseudonymising import Foreseen, Shown, Wish
from app.pages.statement_words import told_of
from app.pages.statements import Filters, Listed
from app.pseudonymising import Begun
from app.visit import Visit
from base import Invalid
from lrs import (
    NOT_REACHED,
    Account,
    Activity,
    ActivityDefinition,
    Agent,
    Count,
    Inspected,
    Mended,
    Mending,
    Replacing,
    Result,
    Score,
    Statement,
    StatementRef,
    Stored,
    Verb,
    Whereabouts,
    agent_key,
)
from lrs.standard.intake import AttachedFile
from people import Role
from tests.app.visits import ID, visit
from tests.times import NOW

_LMS = Agent(name="Portal of the Academy", account=Account(home_page="https://learn.example", name="credential:x"))
_WHO = Agent(name="<b>Zümrüdxanım</b> Qırxlarova", mbox="mailto:zumrudxanim.qirxlarova@xirdalan-municipality.example")
_NAMELESS = Agent(account=Account(home_page="https://lms.example", name="0b9f4f0e-8c5a-4a53-9d7a-2f6f1f1f0001"))
_COURSE = Activity(
    id="https://learn.example/modules/strategic-planning-for-local-economic-development",
    definition=ActivityDefinition(name={"en": "Strategic planning", "ka": "სტრატეგიული დაგეგმვა"}),
)
_SAID = Statement(
    id=ID,
    actor=_WHO,
    verb=Verb(id="http://adlnet.gov/expapi/verbs/passed", display={"en-US": "passed", "uk": "склала"}),
    object=_COURSE,
    result=Result(score=Score(scaled=0.95), success=True, completion=True),
    timestamp=NOW,
    stored=NOW,
    authority=_LMS,
)
_VOIDING = msgspec.structs.replace(
    _SAID,
    id=UUID(int=7),
    actor=_NAMELESS,
    verb=Verb(id="http://adlnet.gov/expapi/verbs/voided"),
    object=StatementRef(id=ID),
    result=None,
)


def _stored(statement: Statement, *, voided: bool = False) -> Stored:
    assert statement.id is not None
    return Stored(
        id=statement.id,
        seq=1234567,
        stored=NOW,
        timestamp=NOW - timedelta(hours=3),
        voided_at=statement.timestamp if voided else None,
        authority=agent_key(_LMS),
        statement=statement,
        raw=msgspec.json.encode(statement),
    )


def _one(found: Inspected, language: str) -> dict[str, Any]:
    return {
        "found": found,
        "told": told_of(found.stored.statement, language),
        "referring": [told_of(each.statement, language) for each in found.referring],
        "target": None if found.target is None else told_of(found.target.statement, language),
        "voiding": {each.id for each in found.voided_by},
        "pretty": msgspec.json.format(found.stored.raw, indent=2).decode(),
    }


_FOUND = Whereabouts(
    identifiers=(agent_key(_WHO), "mbox_sha1sum::" + "a7" * 20),
    names=("Zümrüdxanım Qırxlarova", "Z. Q."),
    actor=1234,
    object=2,
    related=17,
    referring=1,
    signed=1,
    files=3,
    documents=4,
    by_verb=(Count("http://adlnet.gov/expapi/verbs/experienced", 1200), Count("urn:verb", 53)),
    by_day=(Count("2026-01-02", 1), Count("2026-11-22", 1252)),
)
_WISH = Wish(agents="zumrudxanim.qirxlarova@xirdalan-municipality.example")
_ASKED: dict[str, Any] = {"wish": _WISH, "faults": (), "begun": None, "not_reached": NOT_REACHED}
_BEGUN = Begun(Replacing(frozenset(), _NAMELESS.account or Account(home_page="", name=""), drops=False), "5e" * 16)


def statement_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/statements")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/admin/statements")
    full = Listed([told_of(_SAID, language), told_of(_VOIDING, language)], 4711)
    nothing = {"filters": Filters(), "listed": Listed([], None), "position": None, "fault": None}
    fault = Invalid("since is 'soon'; it must be a day such as 2026-11-22.", where="since")
    files = (AttachedFile("a" * 64, "application/pdf", "b" * 64),)
    mended = (Mending(Mended("$.context", "an activity without id", "left out"), ID, NOW),)
    voided = Inspected(_stored(_SAID, voided=True), (_stored(_VOIDING),), None, files, mended)
    voiding = Inspected(_stored(_VOIDING), (), _stored(_SAID, voided=True), (), ())
    page = "pseudonymise.html"
    return {
        "statements": (
            "statements.html",
            administrator,
            nothing | {"listed": full, "position": 9, "filters": Filters(agent=_WISH.agents, since="2026-11-01")},
        ),
        "statements-none": ("statements.html", auditor, nothing),
        "statements-fault": ("statements.html", auditor, nothing | {"fault": fault, "filters": Filters(since="soon")}),
        "statements-further": ("statements.html", auditor, nothing | {"listed": Listed([], 4711)}),
        "statement-voided": ("statement.html", auditor, _one(voided, language)),
        "statement-voiding": ("statement.html", auditor, _one(voiding, language)),
        "pseudonymise": (page, administrator, _ASKED | {"wish": Wish(), "shown": Shown(None, None, 2)}),
        "pseudonymise-foreseen": (
            page, administrator, _ASKED | {"shown": Shown(Foreseen(_FOUND, "5e7a90b1"), None, 0)},
        ),
        "pseudonymise-faults": (
            page,
            administrator,
            _ASKED | {"shown": Shown(Foreseen(_FOUND, "5e7a90b1"), None, 0), "faults": ("reason", "typed")},
        ),
        "pseudonymise-nobody": (
            page, administrator, _ASKED | {"shown": Shown(None, Invalid("Nobody.", where="agents"), 0)},
        ),
        "pseudonymise-begun": (page, administrator, _ASKED | {"shown": Shown(None, None, 1), "begun": _BEGUN}),
    }  # fmt: skip
