import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from base import DocumentKey, Invalid, RetryLater
from certificates import Press
from tests.certificates.samples import make_certificate

ALONE = """
import time
from pathlib import Path
from base import KeyRing
from certificates import Press
from tests.certificates.samples import make_certificate
from tests.times import NOW
import asyncio, sys

async def main():
    press = Press(KeyRing.open(Path(sys.argv[1]), None, now=NOW).document_signer)
    await press.draw_and_sign(make_certificate())
    print(*press._pool._processes, flush=True)
    time.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.fixture
def press(document_key: DocumentKey) -> Iterator[Press]:
    opened = Press(lambda: document_key)
    yield opened
    opened.close()


async def test_it_draws_and_signs_in_a_process_of_its_own(press: Press) -> None:
    signed = await press.draw_and_sign(make_certificate())
    assert signed.startswith(b"%PDF-")
    assert b"/ETSI.CAdES.detached" in signed


async def test_what_cannot_be_printed_is_refused_with_its_rule(press: Press) -> None:
    with pytest.raises(Invalid, match="李") as refused:
        await press.draw_and_sign(make_certificate(name="李雷"))
    assert refused.value.rule == "certificate.letters"


async def test_a_process_that_died_is_replaced(press: Press) -> None:
    await press.draw_and_sign(make_certificate())
    (process,) = press._pool._processes
    os.kill(process, signal.SIGKILL)
    with pytest.raises(RetryLater):
        await asyncio.gather(*(press.draw_and_sign(make_certificate()) for _ in range(3)))
    assert (await press.draw_and_sign(make_certificate())).startswith(b"%PDF-")


def test_the_process_ends_when_its_server_is_killed(tmp_path: Path, keys_folder: Path) -> None:
    script = tmp_path / "alone.py"
    script.write_text(ALONE)
    server = subprocess.Popen(
        [sys.executable, str(script), str(keys_folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert server.stdout is not None
    child = int(server.stdout.readline())
    server.kill()
    server.wait()
    server.stdout.close()
    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)


def test_a_server_that_prints_nothing_loads_nothing_heavy() -> None:
    loaded = "import certificates, sys; print(*sorted({'pyhanko', 'reportlab', 'pikepdf', 'segno'} & set(sys.modules)))"
    seen = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, timeout=60, check=True)
    assert seen.stdout.strip() == ""


def is_running(process: int) -> bool:
    """Whether it is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
