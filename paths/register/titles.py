"""What the nodes of a path are called."""

from sqlalchemy import Connection

from modules import modules
from paths.register.catalogue import Path
from paths.register.register import opened_modules
from paths.tree.requirements import ROOT


def titles_of(conn: Connection, asked: Path, language: str) -> dict[str, str]:
    """By id, of the nodes of all its versions: a requirement is called as the module that is opened for it.

    A node of which nothing is in the catalogue any more has none; a text that lacks the language is in English.
    """
    opened = opened_modules(conn, asked.id)
    known = {each.id: each.title for each in modules(conn, set(opened.values()))}
    texts = {ROOT: asked.texts.title, **asked.texts.groups, **{id_: known[each] for id_, each in opened.items()}}
    return {id_: each.get(language) or each["en"] for id_, each in texts.items()}
