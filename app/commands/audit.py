"""`waymark audit`: seal what was decided, and find out whether anybody changed it since."""

import re
from collections.abc import Mapping, Sequence

import rich_click as click
from rich.console import Console
from rich.progress import Progress

from app.answers import Answer, answering
from app.settings import Settings
from app.transactions import clock, read, write
from base import Invalid, Seal, seal_rows, verify_audit
from certificates import check_evidence


@click.group("audit")
def audit_group() -> None:
    """The rows that say who decided what, and the seals over them."""


@audit_group.command("seal")
@answering
def audit_seal(settings: Settings) -> Answer:
    """Seal what was decided since the last seal; the worker does so every ten minutes.

    Example: waymark audit seal
    """
    made: list[Seal] = []
    while (sealed := write(settings, seal_rows, now=clock())) is not None:
        made.append(sealed)
    value = [{"number": each.number, "rows": each.rows, "root": each.root.hex()} for each in made]
    lines = [f"seal {each.number}: {each.rows} rows, root {each.root.hex()}" for each in made]
    return Answer(value, tuple(lines or ["Everything was sealed already."]))


@audit_group.command("verify")
@click.option(
    "--published", "texts", multiple=True, metavar="NUMBER:ROOT",
    help="A root that was published, or stands on a certificate; repeat for several.",
)  # fmt: skip
@answering
def audit_verify(settings: Settings, texts: Sequence[str]) -> Answer:
    """Hash every audit row again, and name whatever was altered, removed, added or moved since it was sealed.

    Example: waymark audit verify --published 7:4bf5…
    """
    published = _published(texts)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        rows = progress.add_task("verifying", total=None)

        def told(done: int, total: int) -> None:
            progress.update(rows, completed=done, total=total)

        found = read(settings, verify_audit, published=published, told=told)
    lines = [fault.message for fault in found.faults]
    lines.append(
        f"{found.rows} rows in {found.seals} seals, {found.values} personal values, {found.unsealed} not sealed yet: "
        + (f"{len(found.faults)} faults" if found.faults else "all as they were sealed")
    )
    return Answer(found, tuple(lines), failed=bool(found.faults))


@audit_group.command("evidence")
@click.argument("number", required=False)
@answering
def audit_evidence(settings: Settings, number: str | None) -> Answer:
    """Take the seal over the evidence of each certificate again, or of the one with NUMBER.

    Example: waymark audit evidence
    """
    found = read(settings, lambda conn: list(check_evidence(conn, number)))
    broken = [each for each in found if not each.holds]
    lines = [f"{each.number}: the seal is not the one that its evidence has now" for each in broken]
    lines.append(f"{len(found)} certificates: " + (f"{len(broken)} faults" if broken else "every seal holds"))
    return Answer(found, tuple(lines), failed=bool(broken))


def _published(texts: Sequence[str]) -> Mapping[int, bytes]:
    published = {}
    for text in texts:
        if not re.fullmatch(r"[0-9]{1,18}:[0-9a-fA-F]{64}", text):
            raise Invalid(
                f"--published is {text[:100]!r}; it must be the number of a seal, a colon, and 64 hexadecimal digits."
            )
        number, _, root = text.partition(":")
        published[int(number)] = bytes.fromhex(root)
    return published
