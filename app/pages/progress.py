"""A learner's progress as staff see it: their paths, what each requirement rests on, and all about one module."""

from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.lack_words import Reader, told
from app.page import page
from app.pages.hearing import hear_of
from app.pages.organisations import Entry as Text
from app.visit import Visit, acts
from base import Database, words_for
from modules import Attempt, Module, WaiverReason, attempts_at, module
from paths import Heard, PathView, heard_about, modules_for, path, path_view, path_views
from people import Action, Person, holder_of, person, place_of_person


class DecisionForm(msgspec.Struct, frozen=True):
    """What somebody decides: why, and on which day it happened; the rest is asked by some decisions only."""

    reason: Text = ""
    on: Text = ""
    why: Text = ""
    meeting: Text = ""
    minutes: Text = ""
    what: Text = ""
    work: Text = ""


class ProgressView(msgspec.Struct, frozen=True):
    """A learner's path, in its time zone, and the modules by which each requirement is fulfilled."""

    learner: Person
    path: PathView
    modules: dict[str, list[Module]]
    time_zone: str = "UTC"


class ModuleProgress(msgspec.Struct, frozen=True):
    """All that was heard of a learner about a module; `decides` are the actions that the visitor may do about it."""

    learner: Person
    module: Module
    heard: list[Heard]
    deciders: dict[UUID, str | None]
    attempts: list[Attempt]
    decides: frozenset[Action]


_DECISIONS = (
    Action.WAIVE_MODULES,
    Action.RECOGNISE_LEARNING,
    Action.SIGN_OFF_MODULES,
    Action.RECORD_WORK,
    Action.VOID_DECISIONS,
)


@get("/people/{person_id:uuid}/paths", opt=acts(Action.VIEW_PROGRESS))
async def learner_paths(
    person_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    await db.read(_learner, person_id, visit)
    await hear_of(db, person_id, visit)
    learner, views = await db.read(_paths, person_id, visit)
    return page("learner_paths.html", visit, learner=learner, views=views)


@get("/people/{person_id:uuid}/paths/{slug:str}", opt=acts(Action.VIEW_PROGRESS))
async def learner_progress(
    person_id: FromPath[UUID], slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    await db.read(_learner, person_id, visit)
    await hear_of(db, person_id, visit)
    view = await db.read(_progress, person_id, slug, visit)
    reader = Reader(words_for(visit.language), view.path.titles, ZoneInfo(view.time_zone))
    return page("learner_progress.html", visit, view=view, told=lambda missing: told(missing, reader))


@get("/people/{person_id:uuid}/modules/{slug:str}", opt=acts(Action.VIEW_PROGRESS))
async def learner_module(
    person_id: FromPath[UUID], slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    await db.read(_learner, person_id, visit)
    await hear_of(db, person_id, visit)
    return show_module(visit, await db.read(view_module, person_id, slug, visit), DecisionForm(), {})


def view_module(conn: Connection, person_id: UUID, slug: str, visit: Visit) -> ModuleProgress:
    """What the page of a learner and a module shows to the visitor. Raises Forbidden, Missing."""
    learner, about = _learner(conn, person_id, visit), module(conn, slug)
    where = place_of_person(conn, learner.id)
    heard = heard_about(conn, learner.id, about)
    oneself = learner.id == holder_of(conn, visit.person_id)
    return ModuleProgress(
        learner=learner,
        module=about,
        heard=heard,
        deciders={each.by: person(conn, each.by).full_name for each in heard if each.by},
        attempts=attempts_at(conn, learner.id, about.id),
        decides=frozenset(action for action in _DECISIONS if visit.may(action, where) and not oneself),
    )


def show_module(visit: Visit, view: ModuleProgress, form: DecisionForm, faults: dict[str, str]) -> Response[str]:
    """The page of a learner and a module, with what was entered and the faults of it, by the ids of the fields."""
    return page(
        "learner_module.html",
        visit,
        status=HTTP_400_BAD_REQUEST if faults else HTTP_200_OK,
        view=view,
        form=form,
        faults=faults,
        waiver_reasons=list(WaiverReason),
        today=visit.now.date().isoformat(),
    )


def _learner(conn: Connection, person_id: UUID, visit: Visit) -> Person:
    """Who the person is now. Raises Missing for somebody unknown, Forbidden."""
    learner = person(conn, holder_of(conn, person_id))
    visit.require(Action.VIEW_PROGRESS, place_of_person(conn, learner.id))
    return learner


def _paths(conn: Connection, person_id: UUID, visit: Visit) -> tuple[Person, list[PathView]]:
    learner = _learner(conn, person_id, visit)
    return learner, path_views(conn, learner, language=visit.language, now=visit.now)


def _progress(conn: Connection, person_id: UUID, slug: str, visit: Visit) -> ProgressView:
    learner = _learner(conn, person_id, visit)
    view = path_view(conn, learner, slug, language=visit.language, now=visit.now)
    return ProgressView(learner, view, modules_for(conn, view.id), path(conn, slug).time_zone)


PROGRESS_PAGES = (learner_module, learner_paths, learner_progress)
