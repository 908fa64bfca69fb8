"""Pages: a template filled for a visit."""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from app.position_words import POSITION_NAMES
from app.visit import Visit
from base import LANGUAGES, words_for
from paths import STATES
from people import Action

_FOLDER = Path(__file__).parent
STATIC_FOLDER = _FOLDER / "static"
LOCALE_FOLDER = _FOLDER / "locale"

_templates = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, visit: Visit, *, status: int = HTTP_200_OK, **values: object) -> Response[str]:
    """The answer that shows `template`, filled with `values`, to this visitor; no cache keeps it."""
    return Response(
        render(template, visit, **values),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"cache-control": "no-store", "vary": "cookie, accept-language"},
    )


def render(template: str, visit: Visit, **values: object) -> str:
    """The HTML of `template` in the visit's language. In it `_` and `ngettext` give texts, `url` our addresses."""
    words = words_for(visit.language)
    return _templates.get_template(template).render(
        values,
        _=words.text,
        ngettext=words.plural,
        words=words,
        visit=visit,
        url=visit.url,
        static=_static,
        languages=[words_for(language) for language in LANGUAGES],
        Action=Action,
        STATES=STATES,
        POSITION_NAMES=POSITION_NAMES,
    )


def see_other(visit: Visit, path: str, *, cookies: Sequence[Cookie] = ()) -> Redirect:
    """After a form: the browser loads one of our pages with GET (RFC 9110, section 15.4.4)."""
    return Redirect(visit.url(path), status_code=HTTP_303_SEE_OTHER, cookies=list(cookies))


def own_path(path: str) -> str:
    """`path` when it is one of this origin, else "/": what a form says must not lead people elsewhere.

    Browsers read a backslash as a slash and drop control characters, so neither may come (WHATWG URL, 4.4).
    """
    return path if re.fullmatch(r"/(?!/)[^\\\x00-\x20]*", path) else "/"


def _static(name: str) -> str:
    return _addresses[name]


# The hash in the address lets browsers keep a file for ever and still see a new one at once.
_addresses = {
    file.name: f"/static/{file.name}?v={sha256(file.read_bytes()).hexdigest()[:12]}" for file in STATIC_FOLDER.iterdir()
}
