"""Fillings for the pages of people, organisations and requests, with names that need room."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.pages.invitations import Invited
from app.pages.listing import Listing
from app.pages.organisations import OrganisationForm, OrganisationList, OrganisationView, choices
from app.pages.past import OrganisationThen, PersonThen
from app.pages.people import PeopleList, PersonView, RoleForm
from app.pages.requests import OwnMemberships, WaitingRequest
from app.visit import Visit
from paths import EnrolmentStatus, State, TeamOnPath
from people import (
    NETWORK,
    ORGANISATION_ROLES,
    Account,
    Entry,
    FocalPoint,
    Grant,
    Invitation,
    Membership,
    MembershipRequest,
    MembershipRow,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    RoleRow,
    Said,
    Scope,
    ScopeKind,
    Tier,
    TraitRow,
    positions,
)
from tests.app.visits import ID, visit
from tests.times import NOW

_OTHER = UUID("0b9f4f0e-8c5a-4a53-9d7a-2f6f1f1f0002")
_LONG = "Akhalkalaki-Ninotsminda-Javakheti Intermunicipal Waste Management Union"
_ABOVE = Organisation(_OTHER, "Ministry", OrganisationKind.MINISTRY, "GE", None, (), (), NOW)
_UNION = Organisation(
    ID, _LONG, OrganisationKind.DISTRICT, "GE", _OTHER, ("energy", "waste"), ("akhalkalaki.example",), NOW
)
_PERSON = Person(ID, "Aygün Əliyeva", "az", Account("http://127.0.0.1:8000", "x"))
_NAMELESS = Person(_OTHER, None, "ka", Account("http://127.0.0.1:8000", "y"))
_MEMBERSHIP = Membership(ID, ID, Tier.PARTNER, NOW)
_INVITATION = Invitation(
    id=ID,
    organisation_id=ID,
    tier=Tier.MEMBER,
    roles=(Role.MENTOR, Role.COORDINATOR),
    uses=25,
    used=3,
    address="coordinator@akhalkalaki-ninotsminda-javakheti.example",
    language="en",
    made_by=ID,
    reason="spring call",
    expires_at=NOW + timedelta(days=30),
    withdrawn_at=None,
)
_HERE = Scope(ScopeKind.ORGANISATION, str(ID))
_ROLES = [
    RoleRow(Role.COORDINATOR, Scope(ScopeKind.COUNTRY, "GE"), True, NOW, NOW, ID, "new office"),
    RoleRow(Role.COORDINATOR, Scope(ScopeKind.COUNTRY, "GE"), False, NOW, NOW, None, "moved away"),
    RoleRow(Role.REVIEWER, _HERE, True, NOW, NOW, None, "trained"),
]


_POINT = FocalPoint(ID, ID, "waste", NOW, NOW, ID, "asked for it")
_JOINED = MembershipRow(ID, ID, Tier.SUPPORTER, True, NOW, NOW, None, "supporters join without approval")


_FIELDS = ("full_name", "roles", "uses", "address", "on", "relief-1")
_POSITIONS = [
    TraitRow("planner", True, NOW, NOW, ID, "hired"),
    TraitRow("mayor", False, NOW, NOW, None, "lost the vote"),
]
_UNKNOWN = PersonThen(_NAMELESS, NOW, [], [], [], [], {}, {})


def people_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    learner = visit(language, Role.LEARNER)
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/people")
    chosen = choices(learner)
    return {
        "organisations": ("organisations.html", administrator, {"shown": _list([_UNION, _ABOVE])} | chosen),
        "organisations-none": ("organisations.html", administrator, {"shown": _list([])} | chosen),
        "organisation": ("organisation.html", administrator, _organisation("http://127.0.0.1:8000/invitations/x")),
        "organisation-faults": (
            "organisation.html",
            administrator,
            _organisation(None) | {"faults": dict.fromkeys(_FIELDS, "wrong")},
        ),
        "organisation-form": (
            "organisation_form.html",
            administrator,
            {
                "form": OrganisationForm(themes="energy"),
                "known": _UNION,
                "faults": dict.fromkeys(("name", "kind", "country", "parent_id", "themes", "mail_domains"), "wrong"),
                "parents": [(str(_OTHER), "Ministry")],
            }
            | chosen,
        ),
        "people": ("people.html", administrator, {"shown": _people()}),
        "people-none": ("people.html", administrator, {"shown": msgspec.structs.replace(_people(), found=[])}),
        "person": ("person.html", administrator, _person(chosen)),
        "person-bare": ("person.html", visit(language, Role.LEARNER, Role.AUDITOR), _bare(chosen)),
        "person-then": ("person_then.html", administrator, {"view": _person_then()}),
        "person-then-bare": (
            "person_then.html",
            administrator,
            {"view": _UNKNOWN},
        ),
        "organisation-then": ("organisation_then.html", administrator, {"view": _organisation_then()}),
        "organisation-then-bare": (
            "organisation_then.html",
            administrator,
            {"view": OrganisationThen(_UNION, NOW, None, None, None, [], [], {})},
        ),
        "requests": ("requests.html", administrator, _requests([_waiting()]) | {"total": 51, "faulty": ID}),
        "requests-none": ("requests.html", administrator, _requests([])),
        "memberships": ("memberships.html", learner, {"own": _own(), "tiers": list(Tier)}),
        "memberships-none": (
            "memberships.html",
            learner,
            {"own": OwnMemberships([], [], {}, "castle", []), "tiers": list(Tier)},
        ),
        "invitation": ("invitation.html", learner, _invited()),
        "invitation-nobody": ("invitation.html", visit(language), _invited()),
    }


def _list(found: list[Organisation]) -> OrganisationList:
    return OrganisationList(
        Listing("/organisations", "-country"),
        "a",
        "GE",
        "district",
        found,
        len(found),
        "/organisations?text=a&after=x" if found else None,
    )


def _organisation(link: str | None) -> dict[str, Any]:
    return {
        "view": OrganisationView(
            _UNION,
            _ABOVE,
            [(_POINT, _PERSON)],
            25,
            [_INVITATION],
            {_INVITATION.id: _LONG},
            [("growth", _LONG)],
            [TeamOnPath(ID, "growth", _LONG, status, state) for status in EnrolmentStatus for state in State],
        ),
        "link": link,
        "faults": {},
        "tiers": list(Tier),
        "roles": list(ORGANISATION_ROLES),
    }


def _people() -> PeopleList:
    entries = [Entry(ID, _PERSON.full_name, "az", (_MEMBERSHIP,)), Entry(_OTHER, None, "ka", ())]
    return PeopleList(Listing("/people", "language"), "a", _UNION, entries, {ID: _UNION}, 2, "/people?text=a&after=x")


def _person(chosen: dict[str, Any]) -> dict[str, Any]:
    memberships = [
        _JOINED,
        MembershipRow(ID, ID, Tier.SUPPORTER, False, NOW, NOW, ID, "moved away"),
    ]
    held = [Grant(Role.REVIEWER, _HERE), Grant(Role.AUDITOR, NETWORK)]
    accounts = [Account("https://lms.academy-of-public-administration.example", "4711")]
    view = PersonView(
        person=_PERSON,
        roles=_ROLES,
        held=held,
        memberships=memberships,
        current=[_MEMBERSHIP],
        positions=_POSITIONS,
        held_positions=["planner"],
        themes=[_POINT],
        organisations={str(ID): _UNION},
        accounts=accounts,
        may_be_claimed=False,
        may_manage=True,
        offered=[*positions.POSITIONS, "waste-officer"],
    )
    fields = ("role", "country", "reason", "on", f"theme-{ID}", f"ending-{ID}", "position", "since", "position-reason")
    faults = dict.fromkeys((*fields, "since-planner", "position-reason-planner"), "missing")
    roles = [role.value for role in Role]
    return {"view": view, "form": RoleForm(), "faults": faults, "roles": roles, "countries": chosen["countries"]}


def _person_then() -> PersonThen:
    roles = [row for row in _ROLES if row.held]
    return PersonThen(
        _PERSON, NOW, [_JOINED], roles, _POSITIONS[:1], [_POINT], {str(ID): _UNION}, {ID: "Aygün Əliyeva"}
    )


def _organisation_then() -> OrganisationThen:
    said = Said(NOW, ID, "entered on the page of organisations")
    return OrganisationThen(_UNION, NOW, _UNION, said, _ABOVE, [_POINT], [_JOINED], {ID: "Aygün Əliyeva"})


def _bare(chosen: dict[str, Any]) -> dict[str, Any]:
    view = PersonView(_NAMELESS, [], [], [], [], [], [], [], {}, [], True, False, [])
    return _person(chosen) | {"view": view, "faults": {}}


def _requests(waiting: list[WaitingRequest]) -> dict[str, Any]:
    listing = Listing("/requests", "asked")
    return {"listing": listing, "waiting": waiting, "total": 0, "next_page": "/requests?after=x", "faulty": None}


def _waiting() -> WaitingRequest:
    wish = MembershipRequest(ID, ID, ID, Tier.MEMBER, "I plan its parks.", NOW, None, None)
    return WaitingRequest(wish, _NAMELESS, _UNION)


def _own() -> OwnMemberships:
    waits = MembershipRequest(ID, ID, _OTHER, Tier.MEMBER, None, NOW, None, None)
    refused = MembershipRequest(_OTHER, ID, _OTHER, Tier.MEMBER, None, NOW, approved=False, answer="Works elsewhere")
    return OwnMemberships([_MEMBERSHIP], [waits, refused], {ID: _UNION, _OTHER: _ABOVE}, "a", [_UNION, _ABOVE])


def _invited() -> dict[str, Any]:
    return {"shown": Invited(_INVITATION, _UNION, _LONG), "token": "x"}
