"""`waymark admin-link`: how the first administrator comes in."""

import rich_click as click

from app.answers import Answer, answering
from app.preparing import administrator_link
from app.settings import Settings
from app.transactions import clock, write


@click.command("admin-link")
@answering
def admin_link_command(settings: Settings) -> Answer:
    """Print a link that signs the first administrator in once, within a day.

    Example: waymark admin-link
    """
    link = f"{settings.url}/sign-in/{write(settings, administrator_link, now=clock())}"
    return Answer({"link": link}, (link,))
