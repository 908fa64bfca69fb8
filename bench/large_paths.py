"""`python -m bench.large_paths [--statements N] [--learners N]`: the path engine with a million of each, on SQLite.

Replay has the statements, of as many learners as leave so many; folding, and how soon it is visible, have the
learners. A quarter of an hour, on a machine that does nothing else.
"""

import argparse
import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from bench.folding import STATEMENTS, fold_rows, world_of
from bench.measuring import Row
from bench.replaying import STATEMENTS_EACH, replay_row
from bench.report import head, tell
from bench.seeing import visible_row

MILLION = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.large_paths", description=__doc__)
    parser.add_argument("--statements", type=int, default=MILLION)
    parser.add_argument("--learners", type=int, default=MILLION)
    chosen = parser.parse_args()
    logging.disable(logging.INFO)
    asyncio.run(_measure(chosen.statements, chosen.learners))


async def _measure(statements: int, learners: int) -> None:
    head()
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
        tell(await replay_row(Path(folder), statements // STATEMENTS_EACH))
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
        async for row in _rows_of_many(Path(folder), learners):
            tell(row)


async def _rows_of_many(folder: Path, learners: int) -> AsyncIterator[Row]:
    async with world_of(folder / "many.db", learners) as large:
        yield await visible_row(large, learners)
        for row in await fold_rows(folder, large, many=learners, number=STATEMENTS):
            yield row


if __name__ == "__main__":
    main()
