from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, select, update

from base import Missing, words_for
from certificates import State, certificates_of, file_of, verify
from certificates.tables import certificates
from certificates.verification import masked, same_name
from people import Person
from tests.certificates.conftest import Office
from tests.certificates.makers import PATH, complete, make_learner_on_path
from tests.times import NOW

WORDS = words_for("en")


async def issued_number(office: Office, *, now: datetime = NOW) -> tuple[Person, str]:
    learner = await office.db.write(make_learner_on_path, now=now)
    await office.db.write(complete, learner, now=now)
    await office.deliver(now=now)
    return learner, await office.db.read(number_of_the_one)


def number_of_the_one(conn: Connection) -> str:
    number: str = conn.execute(select(certificates.c.number)).scalar_one()
    return number


def put_in_state(conn: Connection, state: State) -> None:
    conn.execute(update(certificates).values(state=state))


async def test_anyone_sees_what_was_certified_and_no_name(office: Office) -> None:
    _, number = await issued_number(office)
    seen = await office.db.read(verify, number, WORDS)
    assert (seen.path_title, seen.issuer, seen.language) == (
        "Pathways for Economic Growth (az)",
        "Urban Learning Center",
        "az",
    )
    assert (seen.state, seen.status) == (State.ISSUED, "This certificate is genuine and stands.")
    assert (seen.completed_on, seen.issued_on) == (date(2026, 11, 22), date(2026, 11, 22))
    assert seen.learning_time == "7 minutes"
    assert (seen.name, seen.name_matches) == ("A… Ə…", None)


async def test_whoever_has_the_paper_can_compare_the_name(office: Office) -> None:
    _, number = await issued_number(office)
    right = await office.db.read(verify, number, WORDS, name_on_paper=" aygün  ƏLİYEVA ")
    wrong = await office.db.read(verify, number, WORDS, name_on_paper="Aygün Əliyev")
    assert (right.name, right.name_matches) == ("Aygün Əliyeva", True)
    assert (wrong.name, wrong.name_matches) == ("A… Ə…", False)


async def test_a_number_is_read_as_people_type_it(office: Office) -> None:
    _, number = await issued_number(office)
    spaced = " ".join(number.lower())
    assert (await office.db.read(verify, spaced, WORDS)).state == State.ISSUED


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.UNDER_REVIEW, "This certificate is genuine, but what it certifies is being looked into."),
        (State.REVOKED, "This certificate was withdrawn. It no longer stands."),
        (State.SUPERSEDED, "This certificate was replaced by a newer one. It no longer stands."),
    ],
)
async def test_the_page_says_when_it_does_not_stand(office: Office, state: State, status: str) -> None:
    _, number = await issued_number(office)
    await office.db.write(put_in_state, state)
    seen = await office.db.read(verify, number, WORDS)
    assert (seen.state, seen.status) == (state, status)


async def test_a_replaced_certificate_tells_nothing_of_the_name(office: Office) -> None:
    _, number = await issued_number(office)
    await office.db.write(put_in_state, State.SUPERSEDED)
    seen = await office.db.read(verify, number, WORDS, name_on_paper="Aygün Əliyeva")
    assert (seen.name, seen.name_matches) == (None, None)


async def test_an_unknown_number_and_one_that_was_never_issued_get_the_same_answer(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver_effects()
    number = await office.db.read(number_of_the_one)
    answers = []
    for asked in (number, "0" * 26, "nonsense", ""):
        with pytest.raises(Missing) as missing:
            await office.db.read(verify, asked, WORDS)
        answers.append(missing.value.message)
    assert len(set(answers)) == 1


async def test_dates_are_days_in_the_paths_time_zone(office: Office) -> None:
    late = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)  # the 23rd in Baku
    _, number = await issued_number(office, now=late)
    seen = await office.db.read(verify, number, WORDS)
    assert (seen.completed_on, seen.issued_on) == (date(2026, 11, 23), date(2026, 11, 23))


async def test_the_holder_sees_their_certificates_and_nobody_elses(office: Office) -> None:
    learner, number = await issued_number(office)
    stranger = await office.db.write(make_learner_on_path, full_name="Олена Коваль")
    (held,) = await office.db.read(certificates_of, learner.id)
    assert (held.number, held.path_id, held.state, held.issued_at) == (number, PATH, State.ISSUED, NOW)
    assert await office.db.read(certificates_of, stranger.id) == []
    assert office.files.get(await office.db.read(file_of, learner.id, number)).startswith(b"%PDF-")
    with pytest.raises(Missing):
        await office.db.read(file_of, stranger.id, number)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aygün Əliyeva", "AYGÜN ƏLİYEVA"),
        ("İlqar Quliyev", "ilqar quliyev"),
        ("Ștefan Munteanu", "Ştefan  Munteanu"),
        ("Jose\u0301 Núñez", "José Núñez"),
        ("Maria-Elena O’Neil", "maria elena o'neil"),
        ("ნინო ბერიძე", "ᲜᲘᲜᲝ ᲑᲔᲠᲘᲫᲔ"),
    ],
)
def test_the_same_name_typed_otherwise_is_the_same(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize("other", ["", "Aygün", "Aygün Əliyevа", "Aygül Əliyeva", "x" * 100_000])
def test_another_name_is_another(other: str) -> None:
    assert not same_name("Aygün Əliyeva", other)


def test_a_masked_name_does_not_tell_how_long_it_is() -> None:
    assert masked("Aygün Əliyeva") == masked("Ay Ə") == "A… Ə…"
