from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from base import Conflict, Database, Invalid, Missing, apply_effects, read_sheet, settle_installation
from base.audit import audit_rows
from people import (
    NETWORK,
    Account,
    Role,
    Scope,
    ScopeKind,
    add_address,
    add_person,
    addresses_of,
    admit,
    grant_role,
    grants_of,
    imports,
    open_session,
    person,
    positions_of,
)
from people.import_plans import Outcome
from people.import_tables import import_rows, withdrawals
from people.membership import join, memberships_of
from people.organisations import Organisation, OrganisationKind, add_organisation, organisation, organisations
from people.tables import persons
from tests.times import NOW

LATER = NOW + timedelta(minutes=1)
HEAD = "Full name;E-mail;Organisation;Country;Roles\n"


@pytest.fixture
def ganja(write: Callable[..., Any]) -> Organisation:
    write(settle_installation, "https://learn.example", now=NOW)
    return _organisation(write, "Gəncə", "AZ")


def _organisation(write: Callable[..., Any], name: str, country: str) -> Organisation:
    made: Organisation = write(
        add_organisation, name=name, kind=OrganisationKind.CITY, country=country, by=None, reason="a test", now=NOW
    )
    return made


def begin(
    write: Callable[..., Any],
    text: str,
    *,
    kind: imports.ImportKind = imports.ImportKind.PEOPLE,
    by: UUID | None = None,
) -> imports.Import:
    table = imports.read_table(kind, read_sheet(text.encode()))
    made: imports.Import = write(_check_and_begin, table, by)
    return made


def _check_and_begin(conn: sa.Connection, table: imports.Table, by: UUID | None) -> imports.Import:
    checked = imports.check_table(conn, table, grants=None if by is None else grants_of(conn, by))
    return imports.begin_import(conn, checked, file_name="staff.csv", file="ab" * 32, by=by, now=NOW)


def finish(write: Callable[..., Any], job: imports.Import) -> imports.Import:
    for _ in range(100):
        job = write(imports.take_step, job.id, now=LATER)
        if job.state not in {imports.ImportState.APPLYING, imports.ImportState.UNDOING}:
            return job
    raise AssertionError("the import never ends")


def apply(write: Callable[..., Any], job: imports.Import, *, confirmed: tuple[int, ...] = ()) -> imports.Import:
    write(imports.apply_import, job.id, confirmed=confirmed, by=job.made_by, reason="a test", now=LATER)
    return finish(write, job)


def undo(write: Callable[..., Any], job: imports.Import) -> imports.Import:
    write(imports.undo_import, job.id, by=job.made_by, reason="a test", now=LATER)
    return finish(write, job)


def named(read: Callable[..., Any], name: str) -> list[UUID]:
    ids: list[UUID] = read(lambda conn: list(conn.scalars(sa.select(persons.c.id).where(persons.c.full_name == name))))
    return ids


def faults_of(text: str, kind: imports.ImportKind = imports.ImportKind.PEOPLE) -> list[tuple[int, str, str]]:
    return [
        (fault.row, fault.column, fault.text) for fault in imports.read_table(kind, read_sheet(text.encode())).faults
    ]


def test_people_are_added_with_address_membership_and_roles(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    job = begin(write, HEAD + "Aygün Əliyeva;Aygun@Ganja.example;Gəncə;AZ;mentor, reviewer\nElçin;;gəncə;;\n")
    assert job.state is imports.ImportState.CHECKED
    assert job.report.counts[Outcome.ADD] == 2
    assert named(read, "Aygün Əliyeva") == []

    job = apply(write, job)
    assert (job.state, job.done, job.total, job.file) == (imports.ImportState.APPLIED, 2, 2, None)
    (aygun,) = named(read, "Aygün Əliyeva")
    assert read(person, aygun).language == "az"
    assert [each.address for each in read(addresses_of, aygun)] == ["aygun@ganja.example"]
    assert [each.organisation_id for each in read(memberships_of, aygun)] == [ganja.id]
    here = Scope(ScopeKind.ORGANISATION, str(ganja.id))
    assert {grant.role for grant in read(grants_of, aygun) if grant.scope == here} == {Role.MENTOR, Role.REVIEWER}
    assert len(named(read, "Elçin")) == 1


def test_the_same_file_again_changes_nobody_and_adds_nobody(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    text = HEAD + "Aygün Əliyeva;a@ganja.example;Gəncə;AZ;mentor\nElçin;;Gəncə;AZ;\n"
    apply(write, begin(write, text))
    again = begin(write, text)
    assert again.report.counts == {"add": 0, "change": 0, "unchanged": 1, "perhaps": 1, "fault": 0}
    apply(write, again)
    assert len(named(read, "Aygün Əliyeva")) == len(named(read, "Elçin")) == 1


def test_a_namesake_is_left_to_a_human_and_added_when_they_say_so(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    known = write(add_person, full_name="Elçin Məmmədov", language="az", now=NOW)
    job = begin(write, HEAD + "ELCIN MEMMEDOV;e@ganja.example;Gəncə;AZ;\nElçin Məmmədov;;Gəncə;AZ;\n".replace("ə", "ə"))
    told = [(each.number, each.subject_id) for each in job.report.namesakes]
    assert (3, known.id) in told
    job = apply(write, job, confirmed=(3,))
    assert len(named(read, "Elçin Məmmədov")) == 2
    assert job.report.namesakes == ()


def test_a_namesake_in_another_organisation_is_somebody_else(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    baku = _organisation(write, "Bakı", "AZ")
    known = write(add_person, full_name="Elçin", language="az", now=NOW)
    write(join, known.id, baku.id, by=None, reason="a test", now=NOW)
    assert begin(write, HEAD + "Elçin;;Gəncə;;\n").report.counts[Outcome.ADD] == 1


def test_a_known_address_gains_what_is_new_and_another_name_with_it_is_a_fault(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    known = write(add_person, full_name="Nino Beridze", language="ka", now=NOW)
    write(add_address, known.id, "nino@gori.example", now=NOW)
    job = begin(write, HEAD + "nino beridze;NINO@gori.example;Gəncə;;reviewer\n")
    assert job.report.counts[Outcome.CHANGE] == 1
    apply(write, job)
    assert [each.organisation_id for each in read(memberships_of, known.id)] == [ganja.id]

    other = begin(write, HEAD + "Ana Kapanadze;nino@gori.example;Gəncə;;\n")
    assert [(fault.row, fault.column) for fault in other.report.faults] == [(2, "Mail")]
    assert "Nino" not in other.report.faults[0].text


def test_a_person_is_found_by_the_account_of_a_platform(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    known = write(admit, Account("https://moodle.example", "42"), full_name=None, language="az", now=NOW)
    head = "Full name,Organisation,Account home page,Account name\n"
    job = begin(write, head + "Aygün,Gəncə,https://moodle.example,42\nElçin,Gəncə,https://moodle.example,43\n")
    assert (job.report.counts[Outcome.CHANGE], job.report.counts[Outcome.ADD]) == (1, 1)
    apply(write, job)
    assert [each.organisation_id for each in read(memberships_of, known.id)] == [ganja.id]
    arrived = write(admit, Account("https://moodle.example", "43"), full_name=None, language="en", now=LATER)
    assert arrived.full_name == "Elçin"


def test_every_fault_is_told_with_its_row_and_column() -> None:
    text = (
        "Full name;Mail;Language;Organisation;Country;Roles;Account home page;Account name\n"
        ";nobody;tr;;XX;;https://moodle.example;\n"
        "=HYPERLINK(1);;;;;mentor;;\n"
        f"{'x' * 256};a@b.example;en;Gori;GE;administrator;;\n"
        "Nino;;;;;;;;stray\n"
    )
    assert faults_of(text) == [
        (2, "Account name", "Fill in both columns of the account, or none."),
        (2, "Full name", "This is empty. Fill it in."),
        (2, "Mail", "This is no mail address."),
        (2, "Language", "This must be one of: %(choices)s"),
        (2, "Country", "This is no country code, such as AM."),
        (3, "Organisation", "Roles are held in an organisation. Name it."),
        (3, "Full name", "This is a formula. Enter its value instead."),
        (4, "Roles", "This must be one of: %(choices)s"),
        (4, "Full name", "This is too long."),
        (5, "9", "No column has a title here."),
    ]


def test_two_people_with_one_address_or_account_are_both_faulty() -> None:
    assert faults_of("Name,Mail\nNino,n@gori.example\nAna,ana@gori.example\nNana,N@Gori.example\n") == [
        (2, "Mail", "Row %(row)s says the same."),
        (4, "Mail", "Row %(row)s says the same."),
    ]
    same = "Name,Account,Issuer\nNino,42,https://m.example\nAna,42,https://m.example\n"
    assert [row for row, _, _ in faults_of(same)] == [2, 3]
    assert [row for row, _, _ in faults_of("Name\nNino\nNINO\n")] == [2, 3]


def test_a_role_named_twice_counts_once_and_one_already_held_is_no_change(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    apply(
        write,
        begin(write, HEAD + "Nino;n@g.example;Gəncə;;mentor; \n".replace("mentor; ", '"mentor; Mentor, learner"')),
    )
    (nino,) = named(read, "Nino")
    assert [grant.role for grant in read(grants_of, nino) if grant.role is not Role.LEARNER] == [Role.MENTOR]
    assert begin(write, HEAD + "Nino;n@g.example;Gəncə;;mentor\n").report.counts[Outcome.UNCHANGED] == 1


@pytest.mark.parametrize(
    ("kind", "header", "said"),
    [
        (imports.ImportKind.PEOPLE, "Mail,City", "lacks these columns: Full name"),
        (imports.ImportKind.ORGANISATIONS, "Name", "lacks these columns: Kind, Country"),
        (imports.ImportKind.PEOPLE, "Name,full-name", "Two columns mean “Full name”"),
    ],
)
def test_missing_and_repeated_columns_are_named(kind: imports.ImportKind, header: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        imports.read_table(kind, read_sheet(header.encode() + b"\nx,y\n"))


def test_column_titles_come_in_any_case_spacing_and_order_and_others_are_passed_over() -> None:
    table = imports.read_table(
        imports.ImportKind.PEOPLE, read_sheet(b"Shoe size, E-MAIL ,full_NAME\n42,n@gori.example,Nino\n")
    )
    assert table.ignored == ("Shoe size",)
    (row,) = table.rows.values()
    assert (row.full_name, row.mail) == ("Nino", "n@gori.example")  # type: ignore[union-attr]  # a table of people


def test_an_organisation_that_is_unknown_or_has_namesakes_is_a_fault(
    ganja: Organisation, write: Callable[..., Any]
) -> None:
    _organisation(write, "Gəncə", "AM")
    job = begin(write, HEAD + "A;;Gəncə;;\nB;;Gəncə;AZ;\nC;;Atlantis;;\n")
    assert [(fault.row, fault.text) for fault in job.report.faults] == [
        (2, "Several organisations have this name. Enter the country too."),
        (4, "There is no such organisation. Add it first."),
    ]
    assert job.report.counts[Outcome.ADD] == 1


def test_a_coordinator_adds_people_in_their_own_country_alone(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    _organisation(write, "Gori", "GE")
    coordinator = write(add_person, full_name="Rauf", language="az", now=NOW)
    scope = Scope(ScopeKind.COUNTRY, "AZ")
    write(grant_role, coordinator.id, Role.COORDINATOR, scope=scope, by=None, reason="a test", now=NOW)
    job = begin(write, HEAD + "A;;Gəncə;;\nB;;Gori;;\nC;;;;\n", by=coordinator.id)
    assert [fault.row for fault in job.report.faults] == [3, 4]
    apply(write, job)
    assert len(named(read, "A")) == 1
    assert named(read, "B") == named(read, "C") == []
    everything = "Name,Kind,Country\nX,city,AZ\nY,city,GE\n"
    assert begin(write, everything, kind=imports.ImportKind.ORGANISATIONS, by=coordinator.id).report.fault_count == 1


def test_a_role_withdrawn_between_dry_run_and_apply_counts(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    nobody = write(add_person, full_name="Rauf", language="az", now=NOW)
    job = begin(write, HEAD + "A;;Gəncə;;\n")
    write(imports.apply_import, job.id, by=nobody.id, reason="a test", now=LATER)
    finish(write, job)
    assert named(read, "A") == []


def test_undoing_ends_what_the_import_added_and_withdraws_who_is_unused(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    known = write(add_person, full_name="Nino", language="ka", now=NOW)
    write(add_address, known.id, "nino@gori.example", now=NOW)
    job = begin(
        write, HEAD + "Nino;nino@gori.example;Gəncə;;mentor\nUsed;u@g.example;Gəncə;;\nUnused;x@g.example;Gəncə;;\n"
    )
    apply(write, job)
    (used,), (unused,) = named(read, "Used"), named(read, "Unused")
    write(open_session, used, frame=None, now=LATER)

    job = undo(write, job)
    assert job.state is imports.ImportState.UNDONE
    for each in (known.id, used, unused):
        assert read(memberships_of, each) == []
        assert [grant.role for grant in read(grants_of, each)] == [Role.LEARNER]
        assert read(person, each).id == each
    assert read(lambda conn: list(conn.scalars(sa.select(withdrawals.c.subject_id)))) == [unused]
    assert [each.address for each in read(addresses_of, known.id)] == ["nino@gori.example"]
    assert read(addresses_of, unused) == []
    assert begin(write, HEAD + "Unused;x@g.example;Gəncə;;\n").report.counts[Outcome.ADD] == 1


def test_undoing_leaves_roles_and_memberships_that_were_there_before(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    nino = write(add_person, full_name="Nino", language="ka", now=NOW)
    write(add_address, nino.id, "nino@gori.example", now=NOW)
    write(join, nino.id, ganja.id, roles=[Role.MENTOR], by=None, reason="a test", now=NOW)
    job = begin(write, HEAD + 'Nino;nino@gori.example;Gəncə;;"mentor, reviewer"\n')
    apply(write, job)
    undo(write, job)
    assert len(read(memberships_of, nino.id)) == 1
    assert {grant.role for grant in read(grants_of, nino.id)} == {Role.LEARNER, Role.MENTOR}


def test_positions_come_with_people_once_and_end_when_the_import_is_undone(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    text = "Name,Mail,Organisation,Position\nNino,n@g.example,Gəncə,Planner; project manager\nAna,,,мэр\n"
    job = begin(write, text)
    assert [(fault.row, fault.column) for fault in job.report.faults] == [(3, "Positions")]
    apply(write, job)
    (nino,) = named(read, "Nino")
    assert read(positions_of, nino) == {"planner", "project-manager"}
    again = begin(write, text.replace("Planner", "planner; mayor"))
    assert again.report.counts[Outcome.CHANGE] == 1
    apply(write, again)
    undo(write, again)
    assert read(positions_of, nino) == {"planner", "project-manager"}
    assert len(read(memberships_of, nino)) == 1


ORGANISATIONS = "Name,Kind,Country,Parent,Themes,Mail domains\n"


def test_organisations_are_added_below_their_parents_and_changed_and_put_back(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    text = ORGANISATIONS + "Gəncə,district,az,,energy; Waste,ganja.example\nYeni,village,AZ,Gəncə,,\n"
    job = begin(write, text, kind=imports.ImportKind.ORGANISATIONS)
    assert (job.report.counts[Outcome.CHANGE], job.report.counts[Outcome.ADD]) == (1, 1)
    apply(write, job)
    changed = read(organisation, ganja.id)
    assert (changed.kind, changed.themes, changed.domains) == ("district", ("energy", "waste"), ("ganja.example",))
    (added,) = (each for each in read(organisations) if each.name == "Yeni")
    assert added.parent_id == ganja.id
    assert begin(write, text, kind=imports.ImportKind.ORGANISATIONS).report.counts[Outcome.UNCHANGED] == 2

    undo(write, job)
    back = read(organisation, ganja.id)
    assert (back.kind, back.themes, back.domains) == ("city", (), ())
    assert [each.name for each in read(organisations)] == ["Gəncə"]


def test_an_organisation_whose_name_differs_in_marks_alone_is_left_to_a_human(
    ganja: Organisation, write: Callable[..., Any]
) -> None:
    _organisation(write, "Şuşa", "AZ")
    text = ORGANISATIONS + "Susa,city,AZ,,,\nSusa,city,GE,,,\nX,city,AZ,Atlantis,,\n"
    job = begin(write, text, kind=imports.ImportKind.ORGANISATIONS)
    assert [each.number for each in job.report.namesakes] == [2]
    assert [(fault.row, fault.column) for fault in job.report.faults] == [(4, "Parent")]


def test_each_step_of_an_import_is_taken_once_and_in_its_order(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    job = begin(write, HEAD + "Nino;;Gəncə;;\n")
    with pytest.raises(Conflict, match="only one that is applied"):
        write(imports.undo_import, job.id, by=None, reason="a test", now=NOW)
    apply(write, job)
    assert write(imports.take_step, job.id, now=LATER).done == 1
    for step in (imports.apply_import, imports.discard_import):
        with pytest.raises(Conflict, match="The import is applied"):
            write(step, job.id, by=None, reason="a test", now=NOW)
    assert len(named(read, "Nino")) == 1
    with pytest.raises(Missing):
        read(imports.find_import, ganja.id)


def test_applying_undoing_and_discarding_are_decisions_that_stay_on_record(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    job = begin(write, HEAD + "Nino;n@g.example;Gəncə;;\n")
    apply(write, job)
    undo(write, job)
    discard_id = begin(write, HEAD + "Ana;;Gəncə;;\n").id
    assert read(imports.imported_files) == {"ab" * 32}
    write(imports.discard_import, discard_id, by=None, reason="a test", now=NOW)
    assert read(imports.imported_files) == frozenset()
    subjects = [f"import {job.id}", f"import {job.id}", f"import {discard_id}"]
    decided = sa.select(audit_rows.c.act, audit_rows.c.subject).where(audit_rows.c.act.startswith("import."))
    assert sorted(read(lambda conn: [tuple(row) for row in conn.execute(decided)])) == sorted(
        zip(["import.apply", "import.undo", "import.discard"], subjects, strict=True)
    )


def test_what_the_file_said_is_forgotten_once_it_is_applied(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    apply(write, begin(write, HEAD + "Nino;n@g.example;Gəncə;;\n"))
    kept = read(lambda conn: conn.execute(sa.select(import_rows)).all())
    assert [row.content for row in kept] == [None]
    assert all(b"Nino" not in (row.done or b"") for row in kept)


def test_a_table_that_nobody_applied_is_forgotten_and_an_applied_one_stays(
    ganja: Organisation, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    applied = apply(write, begin(write, HEAD + "Ana;;Gəncə;;\n"))
    waiting = begin(write, HEAD + "Nino;;Gəncə;;\nAna;;Gəncə;;\n")
    assert write(imports.forget_waiting_imports, before=NOW, limit=9) == 0
    assert write(imports.forget_waiting_imports, before=LATER, limit=9) == 1
    forgotten = read(imports.find_import, waiting.id)
    assert (forgotten.state, forgotten.file, forgotten.report.namesakes) == (imports.ImportState.DISCARDED, None, ())
    kept = sa.select(import_rows.c.content).where(import_rows.c.import_id == waiting.id)
    assert read(lambda conn: list(conn.scalars(kept))) == [None, None]
    assert read(imports.find_import, applied.id) == applied


async def test_the_worker_applies_a_thousand_rows_batch_by_batch(database_url: str) -> None:
    db = await Database.open(database_url, subscriptions=imports.IMPORT_SUBSCRIPTIONS)
    try:
        await db.write(settle_installation, "https://learn.example", now=NOW)
        rows = "".join(f"Person {number},p{number}@town.example\n" for number in range(1200))
        table = imports.read_table(imports.ImportKind.PEOPLE, read_sheet(b"Name,Mail\n" + rows.encode()))
        job = await db.write(_check_and_begin, table, None)
        await db.write(imports.apply_import, job.id, by=None, reason="a test", now=NOW)
        progress = []
        while await db.write(apply_effects, now=NOW, limit=1):
            progress.append((await db.read(imports.find_import, job.id)).done)
        assert progress == [500, 1000, 1200, 1200]
        assert (await db.read(imports.find_import, job.id)).state is imports.ImportState.APPLIED
    finally:
        await db.close()


def test_a_thousand_faults_are_counted_and_the_first_are_told(ganja: Organisation, write: Callable[..., Any]) -> None:
    job = begin(write, HEAD + "Nino;not an address;Gəncə;;\n" * 1000)
    assert (job.report.fault_count, len(job.report.faults), job.report.counts[Outcome.FAULT]) == (1000, 200, 1000)
    assert job.total == 0


def test_the_network_scope_lets_an_administrator_add_people_without_an_organisation(
    ganja: Organisation, write: Callable[..., Any]
) -> None:
    administrator = write(add_person, full_name="Admin", language="en", now=NOW)
    write(grant_role, administrator.id, Role.ADMINISTRATOR, scope=NETWORK, by=None, reason="a test", now=NOW)
    assert begin(write, "Name\nNino\n", by=administrator.id).report.counts[Outcome.ADD] == 1
