"""Which product a platform runs on, as its launches say."""

from sqlalchemy import Connection, update

from lti.registering.platforms import Platform
from lti.standard.claims import LONGEST_ID, ToolPlatform
from lti.standard.parsing import shown
from lti.tables import platforms


def note_product(conn: Connection, known: Platform, said: ToolPlatform | None) -> None:
    """The platform is known by the product that it names, and its version; nothing is written where it is already."""
    if said is None or (family := shown(said.product_family_code, LONGEST_ID)) is None:
        return
    values = {"product": family, "product_version": shown(said.version, LONGEST_ID)}
    if values != {"product": known.product, "product_version": known.product_version}:
        conn.execute(update(platforms).where(platforms.c.id == known.id).values(values))
