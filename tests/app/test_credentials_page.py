"""The pages of credentials: a secret shown once, terms changed, the end of a credential, and who may what."""

import re

from base import Asked, decisions
from lrs import add_credential, find_credential, list_credentials, list_issuers
from lrs.log.lenient import Mended, record_mended
from people import Role
from tests.app.conftest import Service
from tests.times import NOW

PAGE = "/admin/credentials"
NEW: dict[str, str | list[str]] = {
    "name": "Portal",
    "scopes": ["statements/write", "define"],
    "lenient": "yes",
    "per_minute": "600",
    "at_once": "",
}


async def test_a_new_secret_is_shown_once_and_opens_the_store(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    answer = await service.send(PAGE, **NEW)
    key, secret = re.findall(r'<dd class="code">([\w-]{16,})</dd>', answer.text)
    assert answer.headers["cache-control"] == "no-store"
    assert secret not in (await service.get(PAGE)).text
    headers = {"x-experience-api-version": "1.0.3", "accept": "application/json"}
    refused = await service.browser.get("/xapi/statements", auth=(key, secret), headers=headers)
    assert refused.status_code == 403, "it may write and define, and not read"
    terms = (await service.db.read(find_credential, key)).terms
    assert (terms.name, terms.scopes, terms.lenient) == ("Portal", ("statements/write", "define"), True)
    assert (terms.limits.per_minute, terms.limits.at_once) == (600, None)


async def test_what_is_missing_is_said_and_what_was_entered_stays(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    for fields, said in (
        ({"name": " "}, "Enter a name"),
        ({"scopes": []}, "Tick at least one thing"),
        ({"per_minute": "many"}, "Enter a whole number"),
        ({"at_once": "0"}, "Enter a whole number"),
    ):
        answer = await service.send(PAGE, **{**NEW, **fields})
        assert answer.status_code == 400
        assert said in answer.text
        assert 'name="lenient" value="yes" checked' in answer.text
    assert await service.db.read(list_credentials) == []


async def test_terms_are_changed_and_a_credential_is_revoked_with_audit_rows(service: Service) -> None:
    person = await service.add(Role.ADMINISTRATOR)
    await service.sign_in(person)
    key = (await service.db.write(add_credential, "Old", ["all"], now=NOW)).key
    assert "Old" in (await service.get(f"{PAGE}/{key}")).text
    changed = await service.send(f"{PAGE}/{key}", **NEW)
    assert (changed.status_code, changed.headers["location"]) == (303, f"{PAGE}/{key}")
    assert (await service.send(f"{PAGE}/{key}", **{**NEW, "name": ""})).status_code == 400
    assert (await service.send(f"{PAGE}/{key}/revoke")).status_code == 303
    known = await service.db.read(find_credential, key)
    assert (known.terms.name, known.revoked_at is not None) == ("Portal", True)
    assert "Revoke it for good" not in (await service.get(f"{PAGE}/{key}")).text
    acts = [
        each.act
        for each in await service.db.read(decisions, Asked(subject=f"credential:{key}"))
        if each.by == person.id
    ]
    assert sorted(acts) == ["credential.change", "credential.revoke"]


async def test_what_was_mended_is_shown_the_latest_first(service: Service) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    key = (await service.db.write(add_credential, "Rise", ["all"], now=NOW)).key
    for place in ("$.verb", "$.result.duration"):
        mended = Mended(place, "no ISO 8601 duration", "left out")
        await service.db.write(record_mended, [], key, [mended], NOW)
    shown = (await service.get(f"{PAGE}/{key}")).text
    assert 0 < shown.index("$.result.duration") < shown.index("$.verb")


async def test_tokens_of_a_service_are_taken_and_taken_no_more(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    town = {"issuer": "https://id.town.example", "audience": "waymark", "issuer_name": "Town", "scope_claim": "scope"}
    assert (await service.send("/admin/token-issuers", **town)).status_code == 303
    assert "https://id.town.example" in (await service.get(PAGE)).text
    for field, said in (
        ("issuer", "web address of the issuer"),
        ("audience", "as “aud” in its tokens"),
        ("issuer_name", "what people call this issuer"),
        ("scope_claim", "usually “scope”"),
    ):
        answer = await service.send("/admin/token-issuers", **{**town, field: ""})
        assert (answer.status_code, said in answer.text) == (400, True), field
    assert (
        "known with another name"
        in (await service.send("/admin/token-issuers", **{**town, "issuer_name": "City"})).text
    )
    removed = await service.send("/admin/token-issuers/remove", issuer=town["issuer"], audience=town["audience"])
    assert removed.status_code == 303
    assert list(await service.db.read(list_issuers)) == []


async def test_an_auditor_sees_credentials_and_changes_none(service: Service) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    key = (await service.db.write(add_credential, "Portal", ["all"], now=NOW)).key
    shown = (await service.get(PAGE)).text
    assert "Portal" in shown
    assert "Make the credential" not in shown
    for address in (PAGE, f"{PAGE}/{key}", f"{PAGE}/{key}/revoke", "/admin/token-issuers"):
        assert (await service.send(address, **NEW)).status_code == 403


async def test_a_learner_sees_none_and_an_unknown_one_is_missing(service: Service) -> None:
    await service.sign_in(await service.add())
    assert (await service.get(PAGE)).status_code == 403
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    assert (await service.get(f"{PAGE}/unknown")).status_code == 404
