"""No secret stands in the repository, and the locks say how old they are."""

import datetime as dt
import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]"
    r"|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{30,}|\bglpat-[\w-]{20,}"
    r"|\bxox[abprs]-[\w-]{10,}|\bsk-[A-Za-z0-9]{20,}|\bLTAI[A-Za-z0-9]{16,}|\bAKID[A-Za-z0-9]{30,}"
    r"|\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}|://[^\s/:@\"'{}$<>]+:[^\s/:@\"'{}$<>]{6,}@"
)
SIGNS = ("PRIVATE KEY", "AKI", "gh", "glpat-", "xox", "sk-", "LTAI", "eyJ", "://")
NAMES = ("passw", "secret", "token", "api_key", "apikey", "credential")
# A value in quotes under a telling name: letters and digits without a space, as no sentence is.
NAMED = re.compile(
    r"(?:password|passwd|secret|token|api_?key|credential)\w*[\"']?(?:\s*:\s*\w+)?\s*[:=]\s*"
    r"[\"'](?=[^\"'\s]*\d)(?=[^\"'\s]*[A-Za-z])([!-~]{8,}?)[\"']",
    re.IGNORECASE,
)
# The demo's password, printed by `make run`; what stands for a secret in a test or shows the form of an address.
ALLOWED = {
    "saplings-grow-2024",
    "SEC0123456789",
    "saren-1234",
    "Qilian.2025",
    "://user:password@",
    "://user:a-password@",
}
BINARY = {".xls", ".xlsx", ".png", ".jpg", ".pdf", ".ttf", ".woff2", ".ico", ".docx", ".zip"}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    # An unpacked archive has no history: everything that this project keeps by itself.
    kept = ("backend", "frontend/src", "frontend/m", "frontend/e2e", "migrations", "scripts", "tests", "docs")
    return [path for folder in kept for path in (ROOT / folder).rglob("*") if path.is_file()]


def secrets_in(text: str) -> list[str]:
    found = [match[0] for match in KEY.finditer(text)] if any(sign in text for sign in SIGNS) else []
    # Line by line, and only those with a telling name: the patterns are slow on a contract of a megabyte.
    lines = [line for line in text.splitlines() if any(name in line.lower() for name in NAMES)]
    found += [match[1] for line in lines for match in NAMED.finditer(line)]
    return [secret for secret in found if secret not in ALLOWED]


def test_no_secret_is_kept_in_the_repository() -> None:
    files = [path for path in tracked() if path.suffix not in BINARY and path.is_file()]
    assert len(files) > 500
    found = {str(path.relative_to(ROOT)): secrets_in(path.read_text("utf-8", "replace")) for path in files}
    assert {path: secrets for path, secrets in found.items() if secrets} == {}


def test_the_search_finds_secrets_of_every_kind() -> None:
    # In pieces, so that the search does not find its own test.
    for text in (
        "-----BEGIN EC PRIVATE" + " KEY-----\nMHcCAQEE",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp" + "_abcdefghijklmnopqrstuvwxyz0123456789",
        "eyJhbGciOiJFUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".abcdefghijklmnopqrstuvwxyz",
        "postgresql://miaopu" + ":hunter22@host/db",
        "smtp_password" + ' = "hunter22hunter"',
        "API_KEY" + ': str = "a1b2c3d4e5f6"',
    ):
        assert len(secrets_in(text)) == 1, text
    assert secrets_in('PASSWORD = "a long enough password"; password: str = form.password') == []


def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_of_locks", ROOT / "scripts" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_locks_that_are_too_old_or_changed_without_a_word_are_told(tmp_path: Path) -> None:
    tool, made = audit(), dt.date(2026, 1, 1)
    for name in tool.LOCKS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("fastapi==1\n")
    kept = tool.stamp(tmp_path, made)
    assert tool.age_faults(tmp_path, kept, made + dt.timedelta(tool.MAX_AGE_DAYS)) == []
    (old,) = tool.age_faults(tmp_path, kept, made + dt.timedelta(tool.MAX_AGE_DAYS + 1))
    assert f"{tool.MAX_AGE_DAYS + 1} days old" in old
    (tmp_path / tool.LOCKS[0]).write_text("fastapi==2\n")
    (changed,) = tool.age_faults(tmp_path, kept, made)
    assert tool.LOCKS[0] in changed


def test_the_stamp_is_that_of_the_locks_in_the_repository() -> None:
    tool = audit()
    stamped = tool.STAMP.read_text()
    assert tool.age_faults(ROOT, stamped, dt.date(2026, 1, 1)) == []
