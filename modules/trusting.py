"""Whether what a module says of other authorities can be meant: its kinds must be in the table of kinds."""

from base import Invalid
from content import EVERY_KIND, ModuleSource
from modules.kinds import KINDS


def check_trust(source: ModuleSource) -> None:
    """Raises Invalid, naming the kinds that there are, where `[trusted]` names another."""
    known = {EVERY_KIND, *(kind.value for kind in KINDS)}
    for authority, kinds in source.trusted.items():
        for kind in kinds:
            if kind not in known:
                raise Invalid(
                    f'{source.slug}: [trusted] lets {authority} vouch for "{kind}"; '
                    f"it must be one of {', '.join(sorted(known))}.",
                    rule="the table of kinds",
                    where=f"trusted.{authority}",
                )
