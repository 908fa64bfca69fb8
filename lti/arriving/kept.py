"""What a launch leaves with the platform, where the browser keeps no cookie of ours."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import Connection

from base import Database, origin_of
from lti.arriving.arrival import Arrival
from lti.launching.login import SpentLogin
from lti.launching.storage import Keep, Prove, StorageAsked, keep_frame, store_of_login
from lti.refusals import LaunchRefused
from people import make_sign_in_link, session_of


def proof_in(form: Mapping[str, str], origin: str | None, *, waymark_url: str) -> str | None:
    """The secret of the login, as a page of ours has read it from the platform; None where the form brings none.

    Only a page of ours is believed: whoever starts a login can know its secret, and a page of theirs could send it from
    somebody else's browser, who would then be signed in as them. Raises LaunchRefused for a page of another `origin`.
    """
    if "proof" in form and origin != origin_of(waymark_url):
        raise LaunchRefused(f"the proof of the login was sent by a page of {str(origin)[:200]!r}")
    return form.get("proof")


async def ask_for_proof(db: Database, form: Mapping[str, str], *, now: datetime) -> None:
    """Raises StorageAsked when the login's secret is kept by the platform, so that a page of ours must ask for it."""
    if "id_token" in form and (store := await db.read(store_of_login, form.get("state", ""), now=now)):
        raise StorageAsked(Prove(store, form["state"], form["id_token"]))


def keep_arrival(
    conn: Connection, arrival: Arrival, login: SpentLogin, *, frame: str, waymark_url: str, now: datetime
) -> Keep:
    """The session's token goes where the login's secret was; where it is not taken, a link signs in once in a tab."""
    assert login.storage_target is not None
    assert arrival.session is not None  # a preview needs none
    store = keep_frame(conn, frame, login.platform.id, login.storage_target, now=now)
    there = f"{waymark_url}/f/{frame}{arrival.location}"
    person = session_of(conn, arrival.session, frame=frame, now=now)
    if person is None:
        raise LaunchRefused("the session that was just opened is not there")
    link = make_sign_in_link(conn, person.id, now=now)
    new_tab = f"{waymark_url}/sign-in/{link}?{urlencode({'to': arrival.location})}"
    return Keep(store, arrival.session, there, new_tab)
