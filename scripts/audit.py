"""Known faults in what the locks name, where somebody can be asked; otherwise how old the locks are.

An advisory service that is not there looks like one that has nothing to say: pip-audit prints "No known vulnerabilities
found" either way. So each is first asked about a version that is known to be bad, and believed only if it says so.

    python scripts/audit.py          # ask, and check the age (ASVS 15.1.1, 15.2.1)
    python scripts/audit.py stamp    # after a change of the locks: write down when they were made
"""

import datetime as dt
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("backend/requirements.lock", "backend/requirements-dev.lock", "frontend/package-lock.json")
STAMP = ROOT / "backend" / "locks.json"
# Without a service nobody knows what was found meanwhile; locks older than this are to be made anew.
MAX_AGE_DAYS = 180
ASKING_SECONDS = 8
AUDITING_SECONDS = 120
# python-jose names it, and signs with `cryptography`: its own signing, whose timing tells the key (CVE-2024-23342), is
# never called, and there will be no mended version of it.
ACCEPTED = ("ecdsa ",)
# What npm calls no worse than this is told and stops nobody.
MILD = ("info", "low", "moderate")
KNOWN_BAD_PYTHON = "jinja2==2.4.1\n"
KNOWN_BAD_NPM = ("lodash", "4.17.4")


def hashes(root: Path) -> dict[str, str]:
    """SHA-256 of each lock."""
    return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in LOCKS}


def stamp(root: Path, today: dt.date) -> str:
    """The text that says when these very locks were made."""
    return json.dumps({"made": today.isoformat(), "sha256": hashes(root)}, indent=2) + "\n"


def age_faults(root: Path, stamped: str, today: dt.date) -> list[str]:
    """What is wrong with the locks' age, in sentences; empty where nothing is."""
    kept = json.loads(stamped)
    changed = [name for name, found in hashes(root).items() if kept["sha256"].get(name) != found]
    if changed:
        return [f"{', '.join(changed)} changed since the stamp: run `python scripts/audit.py stamp`"]
    age = (today - dt.date.fromisoformat(kept["made"])).days
    if age > MAX_AGE_DAYS:
        return [f"the locks are {age} days old, {MAX_AGE_DAYS} is the most: make them anew"]
    return []


def _run(*words: str, seconds: int, folder: Path) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return None


def _pip_audit(file: Path, seconds: int) -> list[str] | None:
    """`package version: advisory` for each finding; None where there was no answer."""
    tool = str(Path(sys.executable).with_name("pip-audit"))
    words = (tool, "-r", str(file), "--disable-pip", "--no-deps", "-f", "json", "--progress-spinner", "off")
    done = _run(*words, "--timeout", "4", seconds=seconds, folder=file.parent)
    try:
        found = json.loads(done.stdout) if done else None
    except ValueError:
        found = None
    if found is None:
        return None
    return [f"{d['name']} {d['version']}: {v['id']}" for d in found["dependencies"] for v in d.get("vulns", ())]


def _npm_audit(folder: Path, seconds: int) -> list[str] | None:
    npm = shutil.which("npm")
    if npm is None:
        return None
    words = (npm, "audit", "--package-lock-only", "--json", "--fetch-retries=0", "--fetch-timeout=4000")
    done = _run(*words, seconds=seconds, folder=folder)
    try:
        found = json.loads(done.stdout) if done else {}
    except ValueError:
        found = {}
    if "vulnerabilities" not in found:
        return None
    return [f"{name}: {entry['severity']}" for name, entry in found["vulnerabilities"].items()]


def ask_python() -> list[str] | None:
    """Findings in the Python locks; None where no service can be believed."""
    with tempfile.TemporaryDirectory() as folder:
        bad = Path(folder) / "bad.txt"
        bad.write_text(KNOWN_BAD_PYTHON)
        if not _pip_audit(bad, ASKING_SECONDS):
            return None
    return _pip_audit(ROOT / "backend/requirements-dev.lock", AUDITING_SECONDS)


def ask_npm() -> list[str] | None:
    """Findings in the pages' lock; None where no service can be believed."""
    name, version = KNOWN_BAD_NPM
    with tempfile.TemporaryDirectory() as folder:
        package = {"name": "bad", "version": "1.0.0", "dependencies": {name: version}}
        packages = {"": package, f"node_modules/{name}": {"version": version}}
        lock = {"name": "bad", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}
        (Path(folder) / "package.json").write_text(json.dumps(package))
        (Path(folder) / "package-lock.json").write_text(json.dumps(lock))
        if not _npm_audit(Path(folder), ASKING_SECONDS):
            return None
    return _npm_audit(ROOT / "frontend", AUDITING_SECONDS)


def stops(finding: str) -> bool:
    """Whether a finding fails the check: any of a Python package, a grave one of an npm package."""
    package, _, rest = finding.partition(": ")
    return not f"{package} ".startswith(ACCEPTED) and rest not in MILD


def main() -> int:
    """0 where nothing is wrong. Prints what was asked and what was found."""
    today = dt.datetime.now(dt.UTC).date()
    if sys.argv[1:] == ["stamp"]:
        STAMP.write_text(stamp(ROOT, today))
        return 0
    faults = age_faults(ROOT, STAMP.read_text(), today)
    with ThreadPoolExecutor() as pool:
        asked = {"pip-audit": pool.submit(ask_python), "npm audit": pool.submit(ask_npm)}
    for name, answer in asked.items():
        found = answer.result()
        if found is None:
            print(f"{name}: no advisory service can be reached; the locks' age was checked instead")
        else:
            print(f"{name}: {len(found)} known", *found, sep="\n  ")
            faults += [f"{name}: {line}" for line in found if stops(line)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
