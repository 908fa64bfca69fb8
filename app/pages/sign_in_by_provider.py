"""The way in by an OpenID provider: there with a fresh login, back with a code."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from litestar import Request, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from sqlalchemy import Connection

from app.client_address import client_address
from app.devices import device_of
from app.page import own_path
from app.pages.sign_in import Entry, enter, entered
from app.settings import Settings
from app.visit import PUBLIC, Visit, session_cookie
from base import Database, Invalid, best_language, new_token
from people import (
    BegunLogin,
    Identity,
    Provider,
    Providers,
    Rate,
    SignInRefused,
    add_address,
    addresses_of,
    admit,
    begin_login,
    spend_login,
    take_try,
)

PER_CLIENT = Rate("sign-in by a provider", burst=30, every=timedelta(seconds=10))
_LONGEST_PARAMETER = 4000


@get("/sign-in/with/{provider_id:str}", opt=PUBLIC)
async def go_to_provider(
    provider_id: FromPath[str],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    providers: NamedDependency[Providers],
    to: FromQuery[str] = "/",
) -> Redirect:
    """A link and no form: a form may only lead where the page's policy names, and providers redirect as they like."""
    provider = providers.provider(provider_id)
    browser = request.cookies.get(_browser_cookie(settings)) or new_token()
    client = client_address(request, proxies=settings.proxies)
    login = await db.write(_begin, provider, visit, browser, client, own_path(to))
    url = await providers.authorization_url(
        provider, login, redirect_uri=_redirect_uri(settings, provider), now=visit.now
    )
    cookie = Cookie(
        key=_browser_cookie(settings),
        value=browser,
        httponly=True,
        secure=settings.url.startswith("https://"),
        samesite="lax",  # it must come along when the provider sends the browser back
    )
    return Redirect(url, status_code=HTTP_303_SEE_OTHER, cookies=[cookie])


@get("/sign-in/from/{provider_id:str}", opt=PUBLIC)
async def return_from_provider(
    provider_id: FromPath[str],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    providers: NamedDependency[Providers],
) -> Redirect:
    provider = providers.provider(provider_id)
    answer = {name: value[:_LONGEST_PARAMETER] for name, value in request.query_params.items()}
    browser = request.cookies.get(_browser_cookie(settings))
    login = await db.write(spend_login, provider.id, answer.get("state", ""), browser=browser, now=visit.now)
    if isinstance(login, SignInRefused):
        raise login
    identity = await providers.identify(
        provider, login, answer, redirect_uri=_redirect_uri(settings, provider), now=visit.now
    )
    device = device_of(request.headers.get("user-agent", ""))
    return entered(settings, visit, await db.write(_admit, identity, visit, device, login.back))


def _browser_cookie(settings: Settings) -> str:
    """The cookie that knows the browser again when it comes back."""
    return f"{session_cookie(settings.url)}-login"


def _redirect_uri(settings: Settings, provider: Provider) -> str:
    return f"{settings.url}/sign-in/from/{provider.id}"


def _begin(conn: Connection, provider: Provider, visit: Visit, browser: str, client: str, back: str) -> BegunLogin:
    take_try(conn, PER_CLIENT, client, now=visit.now)
    return begin_login(conn, provider.id, browser=browser, back=back, now=visit.now)


def _admit(conn: Connection, identity: Identity, visit: Visit, device: str | None, back: str) -> Entry:
    language = best_language([identity.locale]) if identity.locale else visit.language
    person = admit(conn, identity.account, full_name=identity.full_name, language=language, now=visit.now)
    if identity.mail_address and not addresses_of(conn, person.id):
        with suppress(Invalid):  # what the provider takes for an address
            add_address(conn, person.id, identity.mail_address, now=visit.now)
    return enter(conn, person, visit, device, back)
