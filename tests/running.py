"""Real processes for tests and the demo: the service as its operator starts it, in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "content" / "library"
WAYMARK = Path(sys.executable).parent / "waymark"
START_SECONDS = 60


@dataclass(frozen=True)
class Service:
    """A running `waymark serve`, its environment, and the file that its output goes to."""

    process: subprocess.Popen[bytes]
    environment: Mapping[str, str]
    url: str
    content_url: str
    output: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment_in(folder: Path, port: int, database_url: str | None = None) -> dict[str, str]:
    """The environment of a service whose every file is in `folder`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
    return {
        **inherited,
        "WAYMARK_DATABASE_URL": database_url or f"sqlite:///{folder / 'waymark.db'}",
        "WAYMARK_URL": f"http://127.0.0.1:{port}",
        "WAYMARK_CONTENT_URL": f"http://localhost:{port}",
        "WAYMARK_PORT": str(port),
        "WAYMARK_FILES": str(folder / "files"),
        "WAYMARK_KEYS": str(folder / "keys"),
    }


def start(environment: Mapping[str, str], output: Path, *arguments: str) -> Service:
    """`waymark serve` with these arguments, once it is ready."""
    with output.open("ab") as log:
        process = subprocess.Popen([WAYMARK, "serve", *arguments], env=environment, stdout=log, stderr=log, cwd=ROOT)
    service = Service(process, environment, environment["WAYMARK_URL"], environment["WAYMARK_CONTENT_URL"], output)
    _wait_until_ready(service)
    return service


@contextmanager
def running(environment: Mapping[str, str], output: Path, *arguments: str) -> Iterator[Service]:
    """`waymark serve` until the block ends."""
    service = start(environment, output, *arguments)
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.stop()


def command(environment: Mapping[str, str], *arguments: str) -> str:
    """What a `waymark` command printed; raises when it failed."""
    return subprocess.run(
        [WAYMARK, *arguments], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout


def _wait_until_ready(service: Service) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if service.process.poll() is not None:
            raise RuntimeError(f"waymark serve ended at once:\n{service.output.read_text()}")
        try:
            if httpx.get(f"{service.url}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    service.kill()
    raise RuntimeError(f"waymark serve was not ready in {START_SECONDS} s:\n{service.output.read_text()}")
