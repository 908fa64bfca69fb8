"""What one request wants stored."""

from collections.abc import Sequence

from msgspec import Struct

from lrs.intake import Incoming
from lrs.lenient import Mended
from lrs.statements import Agent


class Post(Struct, frozen=True):
    """Valid statements on their way into the log together: all of them are stored, or none.

    `authority` is who vouches for them, whatever they say themselves; `voids_any` lets them void statements of other
    authorities, `defines` lets them say what activities are. `mended` is what lenient mode changed in them, kept for
    the `credential` that sent them.
    """

    incoming: Sequence[Incoming]
    authority: Agent
    voids_any: bool = False
    defines: bool = True
    mended: tuple[Mended, ...] = ()
    credential: str | None = None
