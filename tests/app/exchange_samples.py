"""Fillings of the pages of other record stores and of counts."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from app.pages.counts import Looked
from app.pages.exchange import StoreForm
from app.visit import Visit
from lrs import DEFAULT_COLUMNS, Count, Forwarding, ForwardingRefusal, Pull, PullRefusal, Selection
from people import Role
from tests.app.visits import ID, visit
from tests.times import NOW

_ERROR = "The other record store failed; it is tried again by itself. (It answered 503: Service Unavailable.)"
_FORWARDING = Forwarding(
    id=ID,
    name="Ministry of Regional Development and Infrastructure",
    endpoint="https://records.ministry-of-regional-development.example/xapi/",
    version="1.0.3",
    selection=Selection(verb="http://adlnet.gov/expapi/verbs/completed", agent="mbox::mailto:aygun@example.org"),
    created_at=NOW,
    paused_at=None,
    behind=1_234_567,
    accepted=9_876_543,
    refused=2,
    last_success_at=NOW - timedelta(hours=3),
    attempts=4,
    error=_ERROR,
    due_at=NOW + timedelta(minutes=8),
)
_PULL = Pull(
    id=ID,
    name="Academy of Public Administration",
    endpoint="https://lrs.academy-of-public-administration.example/xapi/",
    version="2.0.0",
    filters={},
    keeps_authority=False,
    every_seconds=60,
    created_at=NOW,
    paused_at=NOW,
    since=NOW - timedelta(minutes=1),
    is_walking=False,
    received=120,
    refused=1,
    last_success_at=NOW,
    attempts=0,
    error=None,
    due_at=NOW,
)
_NEW = replace(_FORWARDING, error=None, last_success_at=None, refused=0, selection=Selection())
_REFUSED = [ForwardingRefusal(ID, 400, '(It answered 400: {"detail":"$.verb is missing"}.)', NOW, again=False)]
_UNSTORABLE = [
    PullRefusal(b'{"id":"0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0001"}' * 9, "$.actor: missing (xAPI-Data 2.2).", NOW)
]
_VERSIONS = [("1.0.3", "1.0.3"), ("2.0.0", "2.0.0")]
_FIELDS = ("name", "endpoint", "version", "secret", "agent", "verb", "registration", "reason")
_COUNTS = [Count("https://ulc.example/modules/a-module-with-a-long-name", 1_234_567), Count("2026-11-22", 1)]
_COUNTED = {"looked": Looked(by="activity"), "counts": _COUNTS, "faults": {}, "columns": DEFAULT_COLUMNS}


def exchange_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/stores")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/admin/stores")
    to = {
        "direction": "to",
        "store": _FORWARDING,
        "filters": {"verb": "x:y", "authority": "z"},
        "refusals": _REFUSED,
        "fault": "",
    }
    come = {"direction": "from", "store": _PULL, "filters": {}, "refusals": _UNSTORABLE, "fault": ""}
    form = {"direction": "to", "form": StoreForm(), "faults": {}, "versions": _VERSIONS}
    wrong = {"form": StoreForm(related="yes", keeps_authority="yes"), "faults": dict.fromkeys(_FIELDS, "wrong")}
    misasked = {
        "looked": Looked(verb="x"),
        "counts": None,
        "faults": {"verb": "wrong", "agent": "wrong", "since": "many"},
    }
    return {
        "stores": ("other_stores.html", administrator, {"forwardings": [_FORWARDING, _NEW], "pulls": [_PULL]}),
        "stores-none": ("other_stores.html", auditor, {"forwardings": [], "pulls": []}),
        "store-to": ("other_store.html", administrator, to),
        "store-to-faults": ("other_store.html", administrator, to | {"store": _NEW, "refusals": [], "fault": "remove"}),
        "store-from": ("other_store.html", administrator, come),
        "store-from-seen": ("other_store.html", auditor, come),
        "store-new": ("other_store_form.html", administrator, form),
        "store-new-faults": ("other_store_form.html", administrator, form | wrong | {"direction": "from"}),
        "counts": ("counts.html", administrator, _COUNTED),
        "counts-none": ("counts.html", auditor, _COUNTED | {"counts": []}),
        "counts-faults": ("counts.html", administrator, _COUNTED | misasked),
    }
