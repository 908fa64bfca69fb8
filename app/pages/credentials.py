"""Who may use the record store: its credentials and the issuers whose tokens it takes, for administrators."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.settings import Settings
from app.visit import Visit, acts
from base import Conflict, Database, Invalid, msgid
from lrs import (
    Credential,
    Issuer,
    KnownCredential,
    Limits,
    Mending,
    Scope,
    Terms,
    add_credential,
    add_issuer,
    change_credential,
    find_credential,
    latest_mendings,
    list_credentials,
    list_issuers,
    remove_issuer,
    revoke_credential,
)
from people import Action

SHOWN_MENDINGS = 50
_REASON = msgid("entered on the page of credentials")
_HIGHEST_DIGITS = 7
Entry = Annotated[str, msgspec.Meta(max_length=2000)]


class TermsForm(msgspec.Struct, frozen=True):
    """What is entered of a credential; a box that is not ticked does not come, and an empty limit is none."""

    name: Entry = ""
    scopes: list[Entry] | Entry = []
    lenient: Entry = ""
    sets_authority: Entry = ""
    per_minute: Entry = ""
    at_once: Entry = "64"

    @property
    def chosen(self) -> list[str]:
        return [self.scopes] if isinstance(self.scopes, str) else self.scopes


class IssuerForm(msgspec.Struct, frozen=True):
    """What is entered of an issuer."""

    issuer: Entry = ""
    audience: Entry = ""
    issuer_name: Entry = ""
    scope_claim: Entry = "scope"


class IssuerKey(msgspec.Struct, frozen=True):
    """Which issuer is meant."""

    issuer: Entry
    audience: Entry


class Overview(msgspec.Struct, frozen=True):
    """All credentials and issuers."""

    credentials: list[KnownCredential]
    issuers: list[Issuer]


class OneCredential(msgspec.Struct, frozen=True):
    """A credential, and what lenient mode mended for it lately."""

    known: KnownCredential
    mendings: list[Mending]


@get("/admin/credentials", opt=acts(Action.VIEW_CREDENTIALS))
async def credentials_page(
    visit: NamedDependency[Visit], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[str]:
    return _list_page(visit, settings, await db.read(_overview))


@post("/admin/credentials", opt=acts(Action.MANAGE_CREDENTIALS))
async def add_new_credential(
    data: URLEncodedBody[TermsForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:
    """The list with the new key and secret, which are shown this once: there is no way back to them."""
    try:
        added = await db.write(_add, data, visit)
    except Invalid as invalid:
        return _list_page(visit, settings, await db.read(_overview), form=data, faults={invalid.where or "name"})
    return _list_page(visit, settings, await db.read(_overview), added=added)


@get("/admin/credentials/{key:str}", opt=acts(Action.VIEW_CREDENTIALS))
async def credential_page(
    key: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    shown = await db.read(_one, key)
    return _one_page(visit, shown, form_of(shown.known.terms), set())


@post("/admin/credentials/{key:str}", opt=acts(Action.MANAGE_CREDENTIALS))
async def change_known_credential(
    key: FromPath[str],
    data: URLEncodedBody[TermsForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        await db.write(_change, key, data, visit)
    except Invalid as invalid:
        return _one_page(visit, await db.read(_one, key), data, {invalid.where or "name"})
    return see_other(visit, f"/admin/credentials/{key}")


@post("/admin/credentials/{key:str}/revoke", opt=acts(Action.MANAGE_CREDENTIALS))
async def revoke_known_credential(
    key: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(revoke_credential, key, by=visit.person_id, reason=_REASON, now=visit.now)
    return see_other(visit, f"/admin/credentials/{key}")


@post("/admin/token-issuers", opt=acts(Action.MANAGE_CREDENTIALS))
async def add_token_issuer(
    data: URLEncodedBody[IssuerForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str] | Redirect:
    new = Issuer(data.issuer.strip(), data.audience.strip(), data.issuer_name.strip(), data.scope_claim.strip())
    try:
        await db.write(add_issuer, new, by=visit.person_id, reason=_REASON, now=visit.now)
    except (Invalid, Conflict) as refused:
        where = "taken" if isinstance(refused, Conflict) else {"name": "issuer_name"}.get(refused.where or "", "issuer")
        faults = {refused.where if refused.where in {"audience", "scope_claim"} else where}
        return _list_page(visit, settings, await db.read(_overview), issuer_form=data, faults=faults)
    return see_other(visit, "/admin/credentials")


@post("/admin/token-issuers/remove", opt=acts(Action.MANAGE_CREDENTIALS))
async def remove_token_issuer(
    data: URLEncodedBody[IssuerKey], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    by, now = visit.person_id, visit.now
    await db.write(remove_issuer, data.issuer, data.audience, by=by, reason=_REASON, now=now)
    return see_other(visit, "/admin/credentials")


CREDENTIAL_PAGES = (
    credentials_page,
    add_new_credential,
    credential_page,
    change_known_credential,
    revoke_known_credential,
    add_token_issuer,
    remove_token_issuer,
)


def form_of(terms: Terms) -> TermsForm:
    """The terms as they stand in the form."""
    return TermsForm(
        name=terms.name,
        scopes=list(terms.scopes),
        lenient="yes" if terms.lenient else "",
        sets_authority="yes" if terms.sets_authority else "",
        per_minute=str(terms.limits.per_minute or ""),
        at_once=str(terms.limits.at_once or ""),
    )


def _limits(form: TermsForm) -> Limits:
    return Limits(_limit(form.per_minute, "per_minute"), _limit(form.at_once, "at_once"))


def _limit(entered: str, field: str) -> int | None:
    text = entered.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= _HIGHEST_DIGITS):
        raise Invalid(f"{field} is {entered!r}; it must be a whole number, or empty for no limit.", where=field)
    return int(text) if text else None


def _add(conn: Connection, form: TermsForm, visit: Visit) -> Credential:
    return add_credential(
        conn,
        form.name,
        form.chosen,
        lenient=bool(form.lenient),
        sets_authority=bool(form.sets_authority),
        limits=_limits(form),
        by=visit.person_id,
        reason=_REASON,
        now=visit.now,
    )


def _change(conn: Connection, key: str, form: TermsForm, visit: Visit) -> None:
    change_credential(
        conn,
        key,
        name=form.name,
        scopes=form.chosen,
        lenient=bool(form.lenient),
        sets_authority=bool(form.sets_authority),
        limits=_limits(form),
        by=visit.person_id,
        reason=_REASON,
        now=visit.now,
    )


def _overview(conn: Connection) -> Overview:
    return Overview(list_credentials(conn), list(list_issuers(conn)))


def _one(conn: Connection, key: str) -> OneCredential:
    return OneCredential(find_credential(conn, key), latest_mendings(conn, key, limit=SHOWN_MENDINGS))


def _list_page(
    visit: Visit,
    settings: Settings,
    shown: Overview,
    *,
    form: TermsForm | None = None,
    issuer_form: IssuerForm | None = None,
    faults: set[str] | frozenset[str] = frozenset(),
    added: Credential | None = None,
) -> Response[str]:
    return page(
        "credentials.html",
        visit,
        status=HTTP_400_BAD_REQUEST if faults else HTTP_200_OK,
        shown=shown,
        form=form or TermsForm(),
        issuer_form=issuer_form or IssuerForm(),
        faults=faults,
        added=added,
        endpoint=f"{settings.url}/xapi/",
        scopes=list(Scope),
    )


def _one_page(visit: Visit, shown: OneCredential, form: TermsForm, faults: set[str]) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    return page("credential.html", visit, status=status, shown=shown, form=form, faults=faults, scopes=list(Scope))
