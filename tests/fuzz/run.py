"""`make fuzz`: every operation as every role, many cases, against a copy of the walked year."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
from fuzzing import Fuzzer, ids_of, serving
from yearlong import copy_of, tokens_of

from miaopu.doctor.examining import examine
from miaopu.main import make_app
from miaopu.people.roles import Role
from miaopu.settings import Settings
from postgres import fresh_database
from years import walked

DATABASE = "fuzzed_year"


async def prepare(url: str, folder: Path) -> tuple[Fuzzer, Settings]:
    """Walk the year, copy it, and make ready to fuzz the copy."""
    year = await walked("second", url, folder)
    settings = await copy_of(year, DATABASE)
    fuzzer = Fuzzer("", make_app(settings).openapi(), await tokens_of(year), await ids_of(settings.database_url))
    await year.http.aclose()
    await year.app.state.database.close()
    return fuzzer, settings


async def broken(url: str) -> list[str]:
    """What the doctor finds."""
    connection = await asyncpg.connect(url)
    try:
        return [f"{one.invariant.code}: {one.count} {one.ids}" for one in await examine(connection) if one.count]
    finally:
        await connection.close()


def main() -> int:
    """Walk, fuzz, judge, print. 1 where anything was found."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--samples", type=int, default=6, help="for each operation and role")
    given.add_argument("--searched", type=int, default=4, help="drawn by Schemathesis, for each operation")
    given.add_argument("--seed", type=int, default=1)
    args = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="miaopu-fuzz-") as folder:
        fuzzer, settings = asyncio.run(prepare(fresh_database(), Path(folder)))
        fuzzer.seed_ = args.seed
        roles = [*fuzzer.tokens, Role.PUBLIC]
        began = time.monotonic()
        with serving(settings) as fuzzer.base:
            for turn, role in enumerate(roles):
                before = fuzzer.done.cases
                for number, (method, path) in enumerate(fuzzer.operations()):
                    fuzzer.samples(method, path, role, args.samples)
                    if number % len(roles) == turn:
                        fuzzer.search(method, path, role, args.searched)
                print(f"{role:<22}{fuzzer.done.cases - before:>7} cases", flush=True)
        unsound = asyncio.run(broken(settings.database_url))
    done = fuzzer.done
    print(
        f"{len(done.operations)} operations, {len(roles)} roles, {done.cases} cases, {time.monotonic() - began:.0f} s"
    )
    print("answers: " + ", ".join(f"{status}: {count}" for status, count in sorted(done.statuses.items())))
    for (label, kind), said in done.findings.items():
        print(f"FOUND {kind} at {label}: {said}")
    for one in unsound:
        print(f"BROKEN {one}")
    print(f"{len(done.findings)} findings, {len(unsound)} invariants broken")
    return 1 if done.findings or unsound else 0


if __name__ == "__main__":
    sys.exit(main())
