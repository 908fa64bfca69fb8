"""Module texts: Markdown in, safe HTML out."""

import re
from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {"p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "a", "strong", "em", "code", "pre"}
_TAGS |= {"blockquote", "table", "thead", "tbody", "tr", "th", "td"}
_SCHEMES = {"https", "http", "mailto"}
_REFUSED = {
    "html_block": ("raw HTML is not allowed", "Write it in Markdown, or put it between back-ticks"),
    "html_inline": ("raw HTML is not allowed", "Write it in Markdown, or put it between back-ticks"),
    "image": ("images are not part of the format", "Say in words what the image shows"),
}
# With raw HTML off, the parser turns it into visible text; the checking parser recognises it, to name it.
_renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
_checker = MarkdownIt("commonmark", {"html": True}).enable("table")


def render_markdown(text: str) -> str:
    """Safe HTML of a text without its title line: the page owns h1 and shows the module's title there.

    Headings start at h2. Links open in a new tab and tell the other side nothing of us. Whatever is not plain
    text markup is gone, whoever wrote it.
    """
    tokens = _renderer.parse(text)
    if [token.tag for token in tokens[:1]] == ["h1"]:
        del tokens[:3]
    for token in tokens:
        token.tag = "h2" if token.tag == "h1" else token.tag
    return nh3.clean(
        _renderer.renderer.render(tokens, _renderer.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=_SCHEMES,
        url_relative="deny",
    )


def markdown_faults(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, rule, cure) for everything in a text that its page would not show as the author meant it."""
    # An element has two tags, and so two tokens: one complaint a line is enough.
    yield from dict.fromkeys(_token_faults(_checker.parse(text)))


def _token_faults(tokens: list[Token]) -> Iterator[tuple[int, str, str]]:
    for line, token in _lined(tokens):
        if token.type in _REFUSED:
            yield line, *_REFUSED[token.type]
        if token.type == "link_open" and not _may_be_followed(str(token.attrs["href"])):
            yield line, f"the link {token.attrs['href']} leads nowhere", "Write the whole address, with https://"
        if token.type == "heading_open" and token.tag == "h1" and line > 1:
            yield line, "only the title may be a heading with one #", "Write ## for a section"


def _lined(tokens: list[Token]) -> Iterator[tuple[int, Token]]:
    """Every token, also those inside a line, with the line (from 1) on which its block starts."""
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        yield line, token
        for inner in token.children or ():
            yield line, inner


def _may_be_followed(href: str) -> bool:
    return re.match(rf"({'|'.join(_SCHEMES)}):", href) is not None
