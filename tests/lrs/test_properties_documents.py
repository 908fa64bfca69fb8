"""Whatever is done to documents in whatever order, the store holds what a dict would."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, json
from sqlalchemy import Connection

from base import Conflict, Invalid, Missing, PreconditionFailed, WaymarkError
from lrs import DocumentContext, delete_documents_of_agent, documents_of_agent, find_document
from lrs.documents.document_content import Content
from lrs.documents.documents import (
    Kind,
    delete_document,
    delete_documents,
    find_document_ids,
    post_document,
    put_document,
)
from lrs.standard.preconditions import Preconditions, etag_of
from lrs.tables.documents import documents
from tests.lrs.effort import examples
from tests.times import NOW

AGENTS = ("mbox::mailto:a@example.org", "mbox::mailto:b@example.org")
ACTIVITY = "http://example.org/activity"
REGISTRATION = UUID("0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0001")
CONTEXTS = [
    DocumentContext(Kind.STATE, ACTIVITY, AGENTS[0]),
    DocumentContext(Kind.STATE, ACTIVITY, AGENTS[0], REGISTRATION),
    DocumentContext(Kind.STATE, ACTIVITY, AGENTS[1]),
    DocumentContext(Kind.AGENT_PROFILE, None, AGENTS[0]),
    DocumentContext(Kind.ACTIVITY_PROFILE, ACTIVITY),
]
NAMES = ("one", "two")

Model = dict[tuple[DocumentContext, str], Content]


class Act(Struct, frozen=True):
    """One thing that is done; `meant` says which preconditions come with it, by what is there now."""

    what: str
    context: DocumentContext
    name: str
    content: Content
    meant: str
    is_2_0: bool

    def preconditions(self, present: Content | None) -> Preconditions:
        current = frozenset() if present is None else frozenset({etag_of(present.body)})
        return {
            "nothing": Preconditions(),
            "the current": Preconditions(match=current | {"other"}),
            "another": Preconditions(match=frozenset({"other"})),
            "any": Preconditions(match=frozenset("*")),
            "none": Preconditions(none_match=frozenset("*")),
        }[self.meant]

    @property
    def holds_on(self) -> set[bool]:
        """Whether its preconditions hold where there is a document, and where there is none."""
        return {
            "nothing": {True, False},
            "the current": {True},
            "another": set(),
            "any": {True},
            "none": {False},
        }[self.meant]


OBJECTS = st.dictionaries(st.sampled_from("xyz"), st.one_of(st.integers(0, 9), st.just({"deep": 1})), max_size=3)
CONTENTS = st.one_of(
    OBJECTS.map(lambda members: Content("application/json", json.encode(members))),
    st.just(Content("application/json", b"[1]")),
    st.binary(max_size=4).map(lambda body: Content("image/png", body)),
)
ACTS = st.builds(
    Act,
    what=st.sampled_from(["put", "post", "post", "delete", "clear", "forget"]),
    context=st.sampled_from(CONTEXTS),
    name=st.sampled_from(NAMES),
    content=CONTENTS,
    meant=st.sampled_from(["nothing", "nothing", "the current", "another", "any", "none"]),
    is_2_0=st.booleans(),
)


def in_model(model: Model, act: Act) -> type[WaymarkError] | None:
    """What the act does to the model, or the error that it ends in."""
    key = (act.context, act.name)
    present = model.get(key)
    if act.what in {"clear", "forget"}:
        for context, name in list(model):
            if context == act.context if act.what == "clear" else context.agent == act.context.agent is not None:
                del model[context, name]
        return None
    if (present is not None) not in act.holds_on:
        return PreconditionFailed
    match act.what:
        case "put":
            return _put_in_model(model, act)
        case "post":
            return _post_in_model(model, act)
    model.pop(key, None)
    return None


def _put_in_model(model: Model, act: Act) -> type[WaymarkError] | None:
    key = (act.context, act.name)
    if act.meant == "nothing" and (act.is_2_0 or act.context.kind is not Kind.STATE):
        if key in model:
            return Conflict
        if not act.is_2_0:
            return Invalid
    model[key] = act.content
    return None


def _post_in_model(model: Model, act: Act) -> type[WaymarkError] | None:
    key = (act.context, act.name)
    if key not in model:
        model[key] = act.content
        return None
    both = [model[key], act.content]
    if any(content.type != "application/json" or content.body == b"[1]" for content in both):
        return Invalid
    old, new = (json.decode(content.body) for content in both)
    model[key] = Content("application/json", json.encode({**old, **new}))
    return None


def in_store(conn: Connection, act: Act, present: Content | None) -> None:
    meant = act.preconditions(present)
    match act.what:
        case "put":
            put_document(conn, act.context, act.name, act.content, preconditions=meant, is_2_0=act.is_2_0, now=NOW)
        case "post":
            post_document(conn, act.context, act.name, act.content, preconditions=meant, limit_bytes=2**20, now=NOW)
        case "delete":
            delete_document(conn, act.context, act.name, preconditions=meant)
        case "clear":
            delete_documents(conn, act.context)
        case "forget" if act.context.agent is not None:
            delete_documents_of_agent(conn, act.context.agent)


def all_in_store(conn: Connection) -> Model:
    """What every way of reading finds, which has to be the same."""
    found: Model = {}
    for context in CONTEXTS:
        for name in NAMES:
            try:
                document = find_document(conn, context, name)
            except Missing:
                continue
            assert document.etag == etag_of(document.content.body)
            found[context, name] = document.content
        listed = [name for name in NAMES if (context, name) in found]
        assert list(find_document_ids(conn, context).ids) == listed
    for agent in AGENTS:
        theirs = {(one.context, one.name) for one in documents_of_agent(conn, agent)}
        assert theirs == {(context, name) for context, name in found if context.agent == agent}
    return found


@examples(25)
@given(acts=st.lists(ACTS, max_size=10))
def test_the_store_holds_what_a_dict_would(
    write: Callable[..., Any], read: Callable[..., Any], acts: list[Act]
) -> None:
    write(lambda conn: conn.execute(documents.delete()))
    model: Model = {}
    for act in acts:
        present = model.get((act.context, act.name))
        expected = in_model(model, act)
        try:
            write(in_store, act, present)
        except WaymarkError as error:
            assert type(error) is expected  # noqa: PT017 (which of them, if any, is what the model says)
        else:
            assert expected is None
        assert read(all_in_store) == model
