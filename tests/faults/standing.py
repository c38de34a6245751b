"""An installation of real processes: PostgreSQL, the API on a port, the worker; and who starts again what dies.

The keeper stands for what an installation has in its place (systemd, Compose): it starts a dead process again and
does nothing else. That the API and the worker come back from a lost database is theirs to do.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from proxy import Proxy

from miaopu.core import embedded
from miaopu.settings import Settings

AGAIN = 0.1
API = "from miaopu import running; from miaopu.settings import from_environment; running.answer(from_environment())"
WORKER = "from miaopu.cli import main; import sys; sys.argv = ['miaopu', 'worker']; sys.exit(main())"


@dataclass(slots=True)
class Standing:
    """What runs. `server` is behind `proxy`, through which API and worker reach it."""

    folder: Path
    settings: Settings
    port: int
    server: embedded.Server
    proxy: Proxy
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def base(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    def direct(self, database: str) -> str:
        """The database past the proxy, for who looks at it."""
        return self.server.dsn(database)

    def kill(self, name: str) -> None:
        """SIGKILL to the API, the worker or the postmaster."""
        pid = self.server.pid if name == "postgres" else self.processes[name].pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def wait_ready(self, within: float) -> float:
        """Seconds until the API says that it is ready. Raises TimeoutError past the bound."""
        began = time.monotonic()
        while time.monotonic() - began < within:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2, trust_env=False).status_code == 200:
                    return time.monotonic() - began
            time.sleep(0.05)
        raise TimeoutError(f"not ready after {within} s")

    def _keep(self, name: str, start: Callable[[], "subprocess.Popen[bytes]"]) -> None:
        while not self.ending.is_set():
            self.processes[name] = start()
            self.processes[name].wait()
            self.ending.wait(AGAIN)

    def _keep_postgres(self, port: int) -> None:
        while not self.ending.is_set():
            if self.server.process.poll() is not None:
                # Without room it cannot recover; the next try may find some.
                with contextlib.suppress(embedded.CannotStart):
                    self.server = embedded.start(self.folder / "postgres", port=port)
                    self.proxy.target = port
            self.ending.wait(AGAIN)


@contextlib.contextmanager
def standing(folder: Path, settings: Settings, server: embedded.Server, database: str) -> Iterator[Standing]:
    """Start the API, the worker and their keeper on a server that runs; everything ends with the block."""
    proxy = Proxy(server.port)
    proxy.start()
    through = server.dsn(database).replace(f":{server.port}/", f":{proxy.port}/")
    port = embedded.free_port()
    made = Standing(folder, settings, port, server, proxy)
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("MIAOPU_")},
        "MIAOPU_MODE": "demo",
        "MIAOPU_DATABASE_URL": through,
        "MIAOPU_SECRET": settings.secret.get_secret_value(),
        "MIAOPU_PUBLIC_URL": settings.public_url,
        "MIAOPU_DATA_DIR": str(settings.data_dir),
        "MIAOPU_PORT": str(port),
        "MIAOPU_DEMO_REMINDS": "false",
    }
    log = (folder / "processes.log").open("ab")

    def process(code: str) -> Callable[[], "subprocess.Popen[bytes]"]:
        return lambda: subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=log, stderr=log)

    threads = [
        threading.Thread(target=made._keep, args=("api", process(API)), daemon=True),
        threading.Thread(target=made._keep, args=("worker", process(WORKER)), daemon=True),
        threading.Thread(target=made._keep_postgres, args=(server.port,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        made.ending.set()
        for one in list(made.processes.values()):
            one.kill()
        for thread in threads:
            thread.join(10)
        proxy.stop()
        made.server.stop()
        log.close()
