"""Your accounts: which are linked, linking another, and unlinking it again."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.visit import Visit, acts
from base import Conflict, Database, Invalid, Missing
from people import (
    Action,
    Claim,
    CodeState,
    CodeUse,
    HeldAccount,
    MailAddress,
    accept_claim,
    accept_offer,
    addresses_of,
    ask_claim,
    ask_link_code,
    awaits_code,
    claimed_by,
    held_accounts,
    offer_link,
    offered_person,
    open_claim_of,
    part_persons,
    remove_address,
    use_link_code,
)

_Text = Annotated[str, msgspec.Meta(max_length=2000)]


class AddressForm(msgspec.Struct, frozen=True):
    """To which address a code is to be sent."""

    address: _Text = ""


class CodeForm(msgspec.Struct, frozen=True):
    """The code as it was typed."""

    code: _Text = ""


class TokenForm(msgspec.Struct, frozen=True):
    """The token of an offer that the other sign-in of this browser made."""

    token: _Text


class WordsForm(msgspec.Struct, frozen=True):
    """Where somebody says that they took part."""

    words: _Text = ""


class HeldByOne(msgspec.Struct, frozen=True):
    """All that the page of accounts shows of a person."""

    accounts: list[HeldAccount]
    addresses: list[MailAddress]
    claim: Claim | None


@get("/accounts", opt=acts(Action.VIEW_OWN_ACCOUNTS))
async def accounts_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return await _accounts(visit, db, {})


@post("/accounts/code", opt=acts(Action.LINK_OWN_ACCOUNTS))
async def ask_code(
    data: URLEncodedBody[AddressForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    try:
        await db.write(ask_link_code, visit.person_id, data.address, now=visit.now)
    except Invalid:
        return await _accounts(visit, db, {"address": data.address})
    return see_other(visit, "/accounts/code")


@get("/accounts/code", opt=acts(Action.VIEW_OWN_ACCOUNTS))
async def code_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return page(
        "account_code.html", visit, use=None, awaited=await db.read(awaits_code, visit.person_id, now=visit.now)
    )


@post("/accounts/code/use", opt=acts(Action.LINK_OWN_ACCOUNTS))
async def use_code(
    data: URLEncodedBody[CodeForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    use: CodeUse = await db.write(use_link_code, visit.person_id, data.code, now=visit.now)
    if use.state is CodeState.RIGHT:
        return see_other(visit, "/accounts")
    return page("account_code.html", visit, status=HTTP_400_BAD_REQUEST, use=use, awaited=use.tries_left > 0)


@post("/accounts/offer", opt=acts(Action.LINK_OWN_ACCOUNTS), status_code=HTTP_200_OK)
async def offer(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    token = await db.write(offer_link, visit.person_id, now=visit.now)
    return page("account_offer.html", visit, token=token)


# The token comes in a form that this origin sent (app/origin_check.py), never in an address that could be passed on:
# so both sign-ins are in one browser, and nobody is led by a link to confirm the offer of a stranger.
@post("/accounts/join", opt=acts(Action.LINK_OWN_ACCOUNTS), status_code=HTTP_200_OK)
async def join_page(
    data: URLEncodedBody[TokenForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    other = await db.read(offered_person, data.token, now=visit.now)
    if other.id == visit.person_id:
        raise Conflict(
            "Both sign-ins are yours already. Sign in here with the other account, then make the link again.",
            rule="linking",
        )
    theirs = await db.read(held_accounts, other.id)
    mine = await db.read(held_accounts, visit.person_id)
    return page("account_join.html", visit, token=data.token, other=other, theirs=theirs, mine=mine)


@post("/accounts/join/confirm", opt=acts(Action.LINK_OWN_ACCOUNTS))
async def confirm_join(
    data: URLEncodedBody[TokenForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(accept_offer, data.token, visit.person_id, now=visit.now)
    return see_other(visit, "/accounts")


@get("/accounts/claim/{token:str}", opt=acts(Action.VIEW_OWN_ACCOUNTS))
async def claim_page(
    token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return page("account_claim.html", visit, claimed=await db.read(claimed_by, token, now=visit.now))


@post("/accounts/claim/{token:str}", opt=acts(Action.LINK_OWN_ACCOUNTS))
async def confirm_claim(token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    await db.write(accept_claim, token, visit.person_id, now=visit.now)
    return see_other(visit, "/accounts")


@post("/accounts/claims", opt=acts(Action.LINK_OWN_ACCOUNTS))
async def ask_to_be_found(
    data: URLEncodedBody[WordsForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    try:
        await db.write(ask_claim, visit.person_id, data.words, now=visit.now)
    except Invalid:
        return await _accounts(visit, db, {"words": data.words})
    return see_other(visit, "/accounts")


@get("/accounts/unlink/{act:uuid}", opt=acts(Action.VIEW_OWN_ACCOUNTS))
async def unlink_page(
    act: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    linked = [each for each in await db.read(held_accounts, visit.person_id) if each.act == act]
    if not linked:
        raise Missing("These accounts are not linked to you now; they may have been unlinked already.")
    return page("account_unlink.html", visit, accounts=linked, act=act)


@post("/accounts/unlink/{act:uuid}", opt=acts(Action.LINK_OWN_ACCOUNTS))
async def unlink(act: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    reason = "unlinked it on the page of their accounts"
    await db.write(part_persons, visit.person_id, act, by=visit.person_id, reason=reason, now=visit.now)
    return see_other(visit, "/")


@post("/accounts/addresses/{address_id:uuid}/remove", opt=acts(Action.LINK_OWN_ACCOUNTS))
async def remove_mail_address(
    address_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(remove_address, visit.person_id, address_id, now=visit.now)
    return see_other(visit, "/accounts")


async def _accounts(visit: Visit, db: Database, misfilled: dict[str, str]) -> Response[str]:
    held = await db.read(_held, visit.person_id)
    status = HTTP_400_BAD_REQUEST if misfilled else HTTP_200_OK
    return page("accounts.html", visit, status=status, held=held, misfilled=misfilled)


def _held(conn: Connection, person_id: UUID) -> HeldByOne:
    # Each of two who were joined may have brought the same address: it is shown once, as proven where either proved it.
    addresses = {each.address: each for each in reversed(addresses_of(conn, person_id))}
    return HeldByOne(held_accounts(conn, person_id), list(reversed(addresses.values())), open_claim_of(conn, person_id))
