import re
import tomllib
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import Connection

from base import LANGUAGES, Asked, decisions
from content import PathFile
from paths import Audience, drafts, path, publish_path
from paths.register.catalogue import current_version
from paths.tree.requirements import leaves
from people import OrganisationKind, Role
from tests.app.conftest import LIBRARY, Service

PATH = "pathways-for-economic-growth"
HERE = f"/paths/{PATH}/draft"

pytestmark = pytest.mark.usefixtures("library")


async def begun(service: Service) -> int:
    """An administrator has begun a draft; its revision."""
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    assert (await service.send(HERE)).headers["location"] == HERE
    return await revision(service)


async def revision(service: Service, slug: str = PATH) -> int:
    return (await service.db.read(drafts.draft, slug)).revision


async def changed(service: Service, where: str, /, **fields: str | list[str]) -> None:
    """A form was filled on a page of the draft, and taken."""
    number = str(await revision(service))
    answer = await service.send(f"{HERE}/{where}", **fields, revision=number)
    assert answer.status_code == 303, answer.text


async def said(service: Service) -> str:
    return (await service.db.read(drafts.draft, PATH)).text


async def test_the_list_has_every_path_and_every_draft(service: Service) -> None:
    await begun(service)
    await service.send("/admin/paths/new", slug="water-for-all", title="Water for all", role="planner")
    page = (await service.get("/admin/paths")).text
    assert "Pathways for Economic Growth" in page
    assert "Water for all" in page
    assert "Not published yet" in page
    assert page.count("Open the draft") == 2


async def test_a_new_path_needs_a_free_word_in_its_address(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    refused = await service.send("/admin/paths/new", slug=PATH, title="Again", role="planner")
    assert refused.status_code == 400
    assert "which no other path has" in refused.text
    assert 'value="Again"' in refused.text


async def test_items_are_added_changed_moved_and_removed_by_buttons(service: Service) -> None:
    await begun(service)
    await changed(service, "items", to="n-finding-out", module="learning-as-you-go")
    assert 'id="learning-as-you-go"' in (await service.get(HERE)).text
    fields: dict[str, str | list[str]] = {
        "module": "learning-as-you-go",
        "optional": "yes",
        "min_score": "80",
        "after": ["r-pathway", "r-listening"],
        "when.valid_for": "P2Y",
        "asks.minutes": "90",
        "group": "path",
    }
    await changed(service, "items/learning-as-you-go", **fields)
    for _ in range(20):
        await changed(service, "items/learning-as-you-go/move", way="up")
    await changed(service, "items/r-green/remove")
    source = drafts.source_of(await service.db.read(drafts.draft, PATH))
    assert source is not None
    first = source.tree.items[0]
    assert (first.id, first.optional, first.min_score, first.after) == (
        "learning-as-you-go",
        True,
        0.8,
        ("r-pathway", "r-listening"),
    )
    assert first.when is not None
    assert first.when.valid_for == "P2Y"
    assert first.asks is not None
    assert first.asks.minutes == 90
    assert "r-green" not in [item.id for item in source.items]
    assert "valid for: 2 years" in (await service.get(HERE)).text
    filled = (await service.get(f"{HERE}/items/learning-as-you-go")).text
    assert 'value="80"' in filled
    assert re.search(r'value="r-listening" checked', filled)


async def test_groups_links_and_whole_paths_are_added_too(service: Service) -> None:
    await begun(service)
    await changed(service, "items", to="path", kind="n-of", title="Choose: one")
    await changed(service, "items", to="choose-one", url="https://town.example/", title="Our town")
    await changed(
        service, "items/our-town", **{"url": "https://town.example/", "title.en": "Our town", "title.az": "Şəhərimiz"}
    )
    source = drafts.source_of(await service.db.read(drafts.draft, PATH))
    assert source is not None
    group = source.tree.items[-1]
    assert (group.kind, group.n, group.items[0].title) == ("n-of", 1, {"en": "Our town", "az": "Şəhərimiz"})
    page = (await service.get(HERE)).text
    assert "ka is missing" in page
    empty = await service.send(f"{HERE}/items", to="path", module="", revision=str(await revision(service)))
    assert empty.status_code == 400


async def test_a_module_that_there_is_not_stays_named_until_another_is_chosen(service: Service) -> None:
    await begun(service)
    await changed(service, "text", text=(await said(service)).replace('"local-economy-in-data"', '"no-such-module"'))
    shown = (await service.get(f"{HERE}/items/r-data")).text
    assert re.search(r'<option value="no-such-module" selected', shown)
    listed = (await service.get(HERE)).text
    assert listed.count("there is no module no-such-module") == 2  # in the summary, and beside the step


async def test_what_cannot_be_is_told_at_its_field_and_keeps_what_was_entered(service: Service) -> None:
    await begun(service)
    before = await said(service)
    wrong = {"module": "learning-as-you-go", "when.valid_for": "two years", "min_score": "high", "asks.sessions": "0"}
    number = str(await revision(service))
    refused = await service.send(f"{HERE}/items/r-learning", **wrong, revision=number)
    assert refused.status_code == 400
    for field in ("when.valid_for", "min_score", "asks.sessions"):
        assert f'id="{field}-fault"' in refused.text
    assert 'value="two years"' in refused.text
    assert "such as P2Y or P30D" in refused.text
    assert await said(service) == before


async def test_titles_and_status_are_changed_in_all_languages(service: Service) -> None:
    await begun(service)
    form = (await service.get(f"{HERE}/head")).text
    values = dict(re.findall(r'name="([a-z_]+(?:\.[a-z]+)?)" type="text" value="([^"]*)"', form))
    assert len(values) > 14
    values |= {"status": "pilot", "title.ka": "ახალი სათაური", "time_zone": "Asia/Tbilisi", "recertification": ""}
    await changed(service, "head", **values)
    source = drafts.source_of(await service.db.read(drafts.draft, PATH))
    assert source is not None
    assert (source.status, source.title["ka"], source.time_zone) == ("pilot", "ახალი სათაური", "Asia/Tbilisi")
    longest = {f"{name}.{language}": "ა" * 600 for name in ("title", "summary") for language in LANGUAGES}
    await changed(service, "head", **(values | longest))
    number = str(await revision(service))
    refused = await service.send(f"{HERE}/head", **(values | {"time_zone": "Baku"}), revision=number)
    assert refused.status_code == 400
    assert "no time zone" in refused.text


async def test_rules_of_whom_it_is_for_are_added_and_removed(service: Service) -> None:
    await begun(service)
    await changed(service, "audience", position="mayor", organisation_kind="", country="AM", need="")
    await changed(service, "audience", position="", organisation_kind="city", country="", need="public finance")
    source = drafts.source_of(await service.db.read(drafts.draft, PATH))
    assert source is not None
    mayors = Audience(position="mayor", country="AM")
    assert source.audience[-2:] == (mayors, Audience(organisation_kind=OrganisationKind.CITY, need="public finance"))
    shown = (await service.get(f"{HERE}/audience")).text
    assert "Armenia" in shown
    assert "public finance" in shown
    await changed(service, f"audience/{len(source.audience) - 2}/remove")
    assert mayors not in rules_in(await said(service))
    for wrong, told in (({}, "at least one field"), ({"position": "Мэр"}, "small Latin letters")):
        number = str(await revision(service))
        refused = await service.send(f"{HERE}/audience", **wrong, revision=number)
        assert refused.status_code == 400
        assert told in refused.text


def rules_in(text: str) -> tuple[Audience, ...]:
    return msgspec.convert(tomllib.loads(text)["audience"], tuple[Audience, ...])


async def test_the_text_is_kept_with_what_is_wrong_and_every_problem_is_told(service: Service) -> None:
    await begun(service)
    text = (await said(service)).replace('module = "listening-to-your-community"', 'module = "listning"')
    await changed(service, "text", text=text)
    told = (await service.get(f"{HERE}/text")).text
    assert "tree.r-listening.module" in told
    assert "listning" in told
    assert "thing to mend" in (await service.get(HERE)).text
    assert "thing to mend" in (await service.get(f"{HERE}/what-if")).text
    await changed(service, "text", text="not = [toml")
    assert "not TOML" in (await service.get(HERE)).text
    assert (await service.get(f"{HERE}/items/r-listening")).status_code == 400


async def test_a_draft_is_looked_at_and_published_with_a_reason(service: Service) -> None:
    await begun(service)
    await changed(service, "items/r-green/remove")
    preview = (await service.get(f"{HERE}/what-if")).text
    assert "Removed" in preview
    assert "r-green" in preview
    number = str(await revision(service))
    refused = await service.send(f"{HERE}/publish", revision=number, reason=" ")
    assert refused.status_code == 400
    assert "Say why" in refused.text
    done = await service.send(f"{HERE}/publish", revision=number, reason="It is offered elsewhere")
    assert (done.status_code, done.headers["location"]) == (303, f"/paths/{PATH}")
    known = await service.db.read(path, PATH)
    assert known.version == 2
    tree = (await service.db.read(current_version, known.id)).tree
    assert "r-green" not in [leaf.id for leaf in leaves(tree)]
    told = await service.db.read(decisions, Asked(act="path.publish"))
    assert [each.reason for each in told] == ["It is offered elsewhere"]
    assert (await service.get(HERE)).status_code == 404


async def test_what_was_published_meanwhile_is_told_and_must_be_confirmed(service: Service) -> None:
    await begun(service)
    await changed(service, "items/r-green/remove")
    await service.db.write(publish_shorter, now=datetime.now(UTC))
    assert "Something else was published" in (await service.get(HERE)).text
    number = str(await revision(service))
    refused = await service.send(f"{HERE}/publish", revision=number, reason="second")
    assert refused.status_code == 400
    assert "over_newer-fault" in refused.text
    assert 'value="second"' in refused.text
    done = await service.send(f"{HERE}/publish", revision=number, reason="second", over_newer="yes")
    assert done.status_code == 303


def publish_shorter(conn: Connection, *, now: datetime) -> None:
    """The path is published without its last requirement, as an import of a newer library would."""
    toml = tomllib.loads((LIBRARY / "paths" / f"{PATH}.toml").read_text())
    publish_path(conn, PathFile(PATH, toml | {"tree": toml["tree"] | {"items": toml["tree"]["items"][:-1]}}), now=now)


async def test_two_editors_do_not_write_over_each_other(service: Service) -> None:
    old = await begun(service)
    await changed(service, "items/r-green/remove")
    refused = await service.send(f"{HERE}/items/r-finance/remove", revision=str(old))
    assert refused.status_code == 409
    assert "r-finance" in await said(service)


async def test_a_draft_is_thrown_away(service: Service) -> None:
    number = await begun(service)
    gone = await service.send(f"{HERE}/discard", revision=str(number))
    assert gone.headers["location"] == "/admin/paths"
    assert (await service.get(HERE)).status_code == 404


async def test_auditors_look_and_change_nothing(service: Service) -> None:
    number = await begun(service)
    await service.sign_in(await service.add(Role.AUDITOR))
    for page in (HERE, f"{HERE}/text", f"{HERE}/what-if", "/admin/paths"):
        shown = await service.get(page)
        assert shown.status_code == 200
        assert "Begin a new path" not in shown.text
        assert "Throw it away" not in shown.text
    assert (await service.send(f"{HERE}/items/r-green/remove", revision=str(number))).status_code == 403
    assert (await service.send(f"{HERE}/publish", revision=str(number), reason="x")).status_code == 403
