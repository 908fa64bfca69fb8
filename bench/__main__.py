"""`python -m bench [--json] [names…]`: a row for each thing that is measured, or those that are named."""

import argparse
import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bench.arriving import arrival
from bench.auditing import audit_verify, audit_write, permission
from bench.batching import batch_on_postgresql, batch_on_sqlite
from bench.certifying import certificate
from bench.explaining import explanation
from bench.folding import fold
from bench.importing import people_import
from bench.launching import launch
from bench.load import Caller, caller
from bench.measuring import Row
from bench.pages import path_page
from bench.posting import (
    post_and_hear_facts_on_postgresql,
    post_and_hear_facts_on_sqlite,
    post_and_hear_on_postgresql,
    post_and_hear_on_sqlite,
    post_on_postgresql,
    post_on_sqlite,
    post_same_rows_on_postgresql,
    post_same_rows_on_sqlite,
)
from bench.replaying import replay_all
from bench.report import head, tell, tell_as_json
from bench.searching import search_on_postgresql, search_on_sqlite
from bench.seeing import visible
from bench.whatif import what_if_a_million

ROWS: dict[str, Callable[[Caller, Path], Awaitable[Row | list[Row]]]] = {
    "post-sqlite": post_on_sqlite,
    "post-sqlite-heard": post_and_hear_on_sqlite,
    "post-sqlite-facts": post_and_hear_facts_on_sqlite,
    "post-sqlite-same": post_same_rows_on_sqlite,
    "post-postgresql": post_on_postgresql,
    "post-postgresql-heard": post_and_hear_on_postgresql,
    "post-postgresql-facts": post_and_hear_facts_on_postgresql,
    "post-postgresql-same": post_same_rows_on_postgresql,
    "batch-sqlite": batch_on_sqlite,
    "batch-postgresql": batch_on_postgresql,
    "search-sqlite": search_on_sqlite,
    "search-postgresql": search_on_postgresql,
    "fold": fold,
    "visible": visible,
    "replay": replay_all,
    "explain": explanation,
    "path-page": path_page,
    "what-if": what_if_a_million,
    "launch": launch,
    "arrival": arrival,
    "certificate": certificate,
    "import": people_import,
    "audit-write": audit_write,
    "audit-verify": audit_verify,
    "permission": permission,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(ROWS), choices=[[], *ROWS])
    parser.add_argument("--json", action="store_true", help="a line of JSON for each row")
    chosen = parser.parse_args()
    logging.disable(logging.INFO)
    asyncio.run(_measure(chosen.names or list(ROWS), tell_as_json if chosen.json else tell))


async def _measure(names: Sequence[str], show: Callable[[Row], None]) -> None:
    if show is tell:
        head()
    async with caller() as call:
        for name in names:
            with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
                rows = await ROWS[name](call, Path(folder))
                for row in rows if isinstance(rows, list) else [rows]:
                    show(row)


main()
