"""What one request wants stored."""

from collections.abc import Sequence

from msgspec import Struct

from lrs.log.lenient import Mended
from lrs.standard.intake import Incoming
from lrs.standard.statements import Agent
from lrs.standard.trust import Trust


class Post(Struct, frozen=True):
    """Valid statements on their way into the log together: all of them are stored, or none.

    `authority` is who vouches for them, whatever they say themselves; `voids_any` lets them void statements of other
    authorities, `defines` lets them say what activities are. `mended` is what lenient mode changed in them, kept for
    the `credential` that sent them. With `trust`, a statement's own authority stands as far as it allows.
    """

    incoming: Sequence[Incoming]
    authority: Agent
    voids_any: bool = False
    defines: bool = True
    mended: tuple[Mended, ...] = ()
    credential: str | None = None
    trust: Trust | None = None

    def authority_of(self, incoming: Incoming) -> Agent:
        """Who vouches for the statement."""
        return self.authority if self.trust is None else self.trust.authority(incoming)
