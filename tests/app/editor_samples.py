"""What the pages of the editor are filled with."""

from typing import Any
from uuid import UUID

import msgspec

from app.change_words import told_change
from app.pages.editor import EditedPath, NewPathForm, Preview
from app.pages.editor_forms import HEAD_FIELDS, ROOT_FIELDS, fields_of, shown
from app.pages.editor_items import ItemForm
from app.pages.editor_texts import HeadForm
from app.pages.editor_view import DraftView, Line
from app.pages.organisations import choices
from app.pages.whatif import WhatIfAnswer
from app.visit import Visit
from base import LANGUAGES, words_for
from content import Problem, Status
from paths import ROOT, Audience, Change, Changed, Difference, Item, Outlook, Path, PathSource, WhatIf, drafts, editing
from paths.register.catalogue import PathTexts
from people import OrganisationKind, Role
from tests.app.visits import ID, visit
from tests.times import NOW

_SLUG = "pathways-for-economic-growth-in-small-municipalities"
_TITLE = "Pathways for Economic Growth: municipal project manager"
_TITLES = dict.fromkeys(LANGUAGES, _TITLE)
_LEAF = {
    "id": "r-listening-to-your-community",
    "module": "listening-to-your-community",
    "also": ["from-problem-to-portfolio"],
    "optional": True,
    "after": ["n-electives"],
    "min_score": 0.8,
    "asks": {"sessions": 2, "minutes": 90, "signed_off": True, "signed_off_by": ["project-manager", "mayor"]},
    "credits": 1.5,
    "when": {"opens": "2027-01-04", "due_after": "P30D", "valid_for": "P2Y", "renew_within": "P3M"},
}
_SOURCE = msgspec.convert(
    {
        "id": str(ID),
        "slug": _SLUG,
        "activity": f"https://ulc.waymark.example/paths/{_SLUG}",
        "status": "pilot",
        "role": "project-manager",
        "time_zone": "Asia/Baku",
        "title": _TITLES,
        "summary": _TITLES,
        "tree": {
            "kind": "all",
            "items": [
                {"id": "r-pathway", "module": "pathway-for-economic-growth"},
                {"id": "n-electives", "kind": "n-of", "n": 1, "title": _TITLES, "items": [_LEAF]},
                {"id": "n-budget", "path": "budget-for-beginners"},
                {"id": "s-town", "url": "https://town.example/a-long-address-of-a-page/that-goes-on", "title": _TITLES},
            ],
        },
    },
    PathSource,
)
_FAULT = Problem(_SLUG, "tree.r-listening-to-your-community.module", "there is no module x", "Correct the slug")
_BROKEN = Problem(_SLUG, "", "not TOML: Expected '=' after a key in a key/value pair (at line 3)", "Correct that place")
_TEXTS = PathTexts(_TITLES, _TITLES, {})
_PATH = Path(ID, _SLUG, "https://x.example/", Status.LIVE, "project-manager", "Asia/Baku", _TEXTS, 12, edited_at=NOW)
_DRAFT = drafts.Draft(ID, _SLUG, f'title = "{_TITLE}"\n' * 40, "0" * 64, 7, NOW, ID)
_NAMES = [(item.id, _TITLE) for item in _SOURCE.items]
_MODULES = [("listening-to-your-community", _TITLE), ("from-problem-to-portfolio", _TITLE)]


def _lines(items: tuple[Item, ...], faults: tuple[Problem, ...]) -> tuple[Line, ...]:
    return tuple(
        Line(item, _TITLE, faults, _lines(item.items, faults), item is items[0], item is items[-1]) for item in items
    )


def _view(*faults: Problem, source: PathSource | None = _SOURCE, overtaken: bool = False) -> DraftView:
    judged = drafts.JudgedDraft(_DRAFT, source, None, faults, overtaken)
    lines = () if source is None else _lines(source.tree.items, faults)
    return DraftView(judged, _TITLE, lines, (), faults if source is None else (), _PATH)


def _form(id_: str) -> ItemForm:
    placed = None if id_ == ROOT else editing.place_of(_SOURCE, id_)
    item = Item(ROOT, **msgspec.structs.asdict(_SOURCE.tree)) if placed is None else placed.item
    return ItemForm(
        view=_view(),
        item=item,
        title=_TITLE,
        problems=(_FAULT,),
        filled=shown(item, ROOT_FIELDS if placed is None else fields_of(item)),
        group="" if placed is None else placed.group,
        groups=[] if placed is None else [(ROOT, _TITLE), ("n-electives", _TITLE)],
        others=_NAMES,
        modules=_MODULES,
        paths=[("budget-for-beginners", _TITLE)],
    )


_DIFFERENCE = Difference(
    added=(),
    removed=(),
    changed=(Changed("r-listening-to-your-community", (Change("min_score", None, 0.8),)),),
)
_ANSWER = WhatIfAnswer(
    WhatIf(_DIFFERENCE, 1200, dict.fromkeys(Outlook, 300), affected=(), losing=()),
    {UUID(int=1): "7K3M9Q2XW4TB"},
)


def editor_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    editor = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path=f"/paths/{_SLUG}/draft")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/admin/paths")
    rows = [EditedPath(_SLUG, _TITLE, _PATH, _DRAFT), EditedPath("new", _TITLE, None, _DRAFT)]
    head = HeadForm(_view(), shown(_SOURCE, HEAD_FIELDS), [each.value for each in Status], [("", "–"), (_SLUG, _TITLE)])
    words = words_for(language)
    audience = {
        "view": _view(),
        "rules": (Audience("project-manager", OrganisationKind.CITY, "AM", "public finance"), Audience("mayor")),
        "entered": dict.fromkeys(Audience.__struct_fields__, ""),
        "faults": {},
        **choices(editor),
    }
    preview = {
        "told": lambda change: told_change(change, {}, words),
        "faults": {},
        "reason": "",
        "most": 50,
    }
    return {
        "editor-paths": ("editor_paths.html", editor, {"rows": rows}),
        "editor-paths-none": ("editor_paths.html", auditor, {"rows": []}),
        "editor-new": ("editor_new.html", editor, {"form": NewPathForm(), "faults": {}}),
        "editor-new-faults": (
            "editor_new.html",
            editor,
            {"form": NewPathForm("X", "", "x"), "faults": {"slug": "wrong", "role": "wrong", "title": "wrong"}},
        ),
        "editor": ("editor.html", editor, {"view": _view(overtaken=True)}),
        "editor-faults": ("editor.html", editor, {"view": _view(_FAULT)}),
        "editor-broken": ("editor.html", editor, {"view": _view(_BROKEN, source=None)}),
        "editor-auditor": ("editor.html", auditor, {"view": _view()}),
        "editor-text": ("editor_text.html", editor, {"view": _view(_BROKEN, source=None)}),
        "editor-audience": ("editor_audience.html", editor, audience),
        "editor-audience-faults": (
            "editor_audience.html",
            editor,
            audience | {"rules": (), "faults": {"position": "empty", "need": "x"}},
        ),
        "editor-head": ("editor_head.html", editor, {"form": head, "faults": {}}),
        "editor-head-faults": (
            "editor_head.html",
            editor,
            {"form": head, "faults": {"time_zone": "x", "title.ka": "y"}},
        ),
        "editor-add": ("editor_add.html", editor, {"form": _form("n-electives"), "faults": {}}),
        "editor-add-faults": ("editor_add.html", editor, {"form": _form(ROOT), "faults": {"url": "x", "module": "y"}}),
        **{
            f"editor-item-{id_}": ("editor_item.html", editor, {"form": _form(id_), "faults": {}})
            for id_ in (ROOT, *(item.id for item in _SOURCE.items))
        },
        "editor-item-faults": (
            "editor_item.html",
            editor,
            {"form": _form("r-listening-to-your-community"), "faults": {"when.valid_for": "x", "min_score": "y"}},
        ),
        "editor-what-if": ("editor_what_if.html", editor, preview | {"preview": Preview(_view(), _ANSWER, {}, {})}),
        "editor-what-if-new": ("editor_what_if.html", editor, preview | {"preview": Preview(_view(), None, {}, {})}),
        "editor-what-if-faults": (
            "editor_what_if.html",
            editor,
            preview
            | {
                "preview": Preview(_view(overtaken=True), _ANSWER, {}, {}),
                "faults": {"reason": "x", "over_newer": "y"},
            },
        ),
        "editor-what-if-broken": (
            "editor_what_if.html",
            auditor,
            preview | {"preview": Preview(_view(_FAULT), None, {}, {})},
        ),
    }
