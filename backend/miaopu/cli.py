"""The command line `miaopu`: run, serve, worker, remind, migrate, setup, demo, reset, journey, plan, keys, contract.

Each command brings in what it needs by itself: the whole application takes seconds to load, a refusal none.
"""

import argparse
import asyncio
import shutil
import sys
from pathlib import Path

from miaopu import cli_grammar
from miaopu.core import embedded, logs
from miaopu.core.problem import LANGUAGES
from miaopu.settings import MissingSecret, NotForProduction, Settings, from_environment
from miaopu.terminal import say
from miaopu.tools import contract, doctor, journey, plan_check, verify_record


def run(_args: argparse.Namespace) -> int:
    """Everything at one address, with the demo's data on the first start."""
    from miaopu import running

    with running.installation() as settings:
        running.prepare(settings)
        settings = running.backed_up(settings)
        with running.mails_caught(settings) as settings, running.worker_beside(settings):
            say(f"\nMiaopu 苗圃  {settings.public_url}\n")
            say("Demo accounts (password saplings-grow-2024, or one click on the page):")
            say("  region, association, education, hohhot-1, imnu, hohhot-school-1, mentor-001, team-001,")
            say("  hohhot-school-1-teacher-1, student-001, guardian-003, expert-01")
            say("Ctrl-C stops everything; the data stay. `make reset` clears them.\n")
            running.answer(settings)
    say("Stopped.")
    return 0


def serve(_args: argparse.Namespace) -> int:
    """Production: the API (and the pages, where MIAOPU_SPA_DIR names them) on a database that is migrated."""
    settings = from_environment(mode="production")
    from miaopu import running

    asyncio.run(running.refuse_demo(settings))
    running.answer(settings)
    return 0


def work(_args: argparse.Namespace) -> int:
    """The worker of a running installation."""
    from miaopu.worker import run_worker

    settings = from_environment()
    logs.set_up(settings.log_format, requests=False)
    asyncio.run(run_worker(settings))
    return 0


def remind(_args: argparse.Namespace) -> int:
    """Run the reminder rules once and send what may go: what the worker does every few minutes."""
    # Every table, or the foreign keys of those that are written lead nowhere.
    from miaopu import tables as tables
    from miaopu.core.db import Database
    from miaopu.core.secrets import vault_of
    from miaopu.programme.demo_clock import read_demo_clock
    from miaopu.reminders.ticking import Ticked, tick

    settings = _named()

    async def once() -> Ticked:
        database = Database(settings)
        try:
            if settings.demo:
                await read_demo_clock(database)
            return await tick(database, settings, vault_of(settings))
        finally:
            await database.close()

    done = asyncio.run(once())
    say(f"new {done.made}, batches released {done.released}, told {done.told}, mails {done.planned}, sent {done.sent}")
    return 0


def migrated(_args: argparse.Namespace) -> int:
    """Bring the database of MIAOPU_DATABASE_URL to the newest schema."""
    from miaopu import migrate

    migrate.upgrade(_named().database_url)
    return 0


def setup(args: argparse.Namespace) -> int:
    """The region's unit and the link of its first account, on an empty installation."""
    settings = _named()
    secret = asyncio.run(_first(settings, args.region, args.name))
    say(f"{settings.public_url}/i/{secret}")
    return 0


async def _first(settings: Settings, region: str, name: str) -> str:
    # Every table, or the foreign keys of those that are written lead nowhere.
    from miaopu import tables as tables
    from miaopu.core.db import Database
    from miaopu.people.service import first_account

    database = Database(settings)
    try:
        async with database.session() as session:
            return await first_account(session, unit_code="region", unit_name=region, name=name, demo=False)
    finally:
        await database.close()


def demo(_args: argparse.Namespace) -> int:
    """Fill an empty installation with the demo's year."""
    from miaopu import running

    with running.installation() as settings:
        running.prepare(settings)
    return 0


def reset(args: argparse.Namespace) -> int:
    """Clear the local installation's data, after asking."""
    settings = from_environment()
    folder = settings.data_dir
    if settings.database_url:
        say("MIAOPU_DATABASE_URL names a database of its own: clear that one with its own tools. Nothing was deleted.")
        return 1
    if not args.yes:
        say(f"This deletes all data of the installation in {folder}.")
        if not sys.stdin.isatty() or input("Type yes to go on: ").strip().lower() != "yes":
            say("Nothing was deleted.")
            return 1
    for name in ("postgres", "files", "secret", "demo.building"):
        path = folder / name
        home = embedded.home_of(path) if name == "postgres" else path
        if home.is_dir():
            shutil.rmtree(home)
        else:
            home.unlink(missing_ok=True)
    say("Cleared.")
    return 0


def rotate_keys(_args: argparse.Namespace) -> int:
    """Sign tokens with a new key; seal anew what still is under one of MIAOPU_FORMER_SECRETS, and check every row."""
    from miaopu.core.db import Database
    from miaopu.core.resealing import Resealed, reseal
    from miaopu.core.secrets import vault_of
    from miaopu.people.keys import rotate
    from miaopu.tables import metadata

    settings = _named()

    async def turn() -> tuple[str, list[Resealed]]:
        database, vault = Database(settings), vault_of(settings)
        try:
            return await rotate(database, vault), await reseal(database, vault, metadata, say)
        finally:
            await database.close()

    kid, columns = asyncio.run(turn())
    say(kid)
    for column in columns:
        say(f"{column.name}: {column.total} sealed, {column.rows} anew, {column.faults} faults")
    faults = sum(column.faults for column in columns)
    say(f"{faults} rows are not sound: run it again" if faults else "nothing is left under a former secret")
    return 1 if faults else 0


def let_in(args: argparse.Namespace) -> int:
    """A link for a new password, and no second step until another is set up: for whom nobody else can help."""
    # Every table, or the foreign keys of those that are written lead nowhere.
    from miaopu import tables as tables
    from miaopu.core.db import Database
    from miaopu.core.problem import Problem
    from miaopu.core.secrets import vault_of
    from miaopu.people.resets import by_operator

    settings = _named()

    async def link() -> str:
        database = Database(settings)
        try:
            async with database.session() as session:
                return await by_operator(session, vault_of(settings), args.login, args.reason)
        finally:
            await database.close()

    try:
        say(f"{settings.public_url}/r/{asyncio.run(link())}")
    except Problem as refused:
        say(f"{args.login}: {refused.code}")
        return 1
    return 0


def _named() -> Settings:
    settings = from_environment()
    if not settings.database_url:
        raise MissingSecret("MIAOPU_DATABASE_URL")
    return settings


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    made = argparse.ArgumentParser(prog="miaopu", description="苗圃 Miaopu: finds and trains young scientists")
    commands = made.add_subparsers(required=True, metavar="command")
    for name, function in (
        ("run", run), ("serve", serve), ("worker", work), ("remind", remind), ("migrate", migrated), ("demo", demo),
    ):  # fmt: skip
        commands.add_parser(name, help=(function.__doc__ or "").strip()).set_defaults(do=function)
    first = commands.add_parser("setup", help=(setup.__doc__ or "").strip())
    first.add_argument("--region", required=True)
    first.add_argument("--name", required=True)
    first.set_defaults(do=setup)
    helped = commands.add_parser("let-in", help=(let_in.__doc__ or "").strip())
    helped.add_argument("login")
    helped.add_argument("--reason", required=True)
    helped.set_defaults(do=let_in)
    clear = commands.add_parser("reset", help=(reset.__doc__ or "").strip())
    clear.add_argument("--yes", action="store_true")
    clear.set_defaults(do=reset)
    walk = commands.add_parser("journey", help=(journey.__doc__ or "").strip())
    walk.add_argument("--plan", type=Path, action="append")
    walk.add_argument("--applicants", type=int, help="for each place")
    walk.add_argument("--years", type=int, default=1, help="in a row, the best of each registering for the next")
    walk.set_defaults(do=journey)
    plans = commands.add_parser("plan", help="work on plan documents").add_subparsers(required=True, metavar="verb")
    check = plans.add_parser("check", help=(plan_check.__doc__ or "").strip())
    check.add_argument("file", type=Path)
    check.set_defaults(do=plan_check)
    again = commands.add_parser("verify", help=(verify_record.__doc__ or "").strip())
    again.add_argument("file", type=Path)
    again.add_argument("--language", choices=LANGUAGES, default="zh-CN")
    again.set_defaults(do=verify_record)
    look = commands.add_parser("doctor", help=(doctor.__doc__ or "").strip())
    look.add_argument("--language", choices=LANGUAGES, default="zh-CN")
    look.set_defaults(do=doctor)
    keys = commands.add_parser("keys", help="the installation's keys").add_subparsers(required=True, metavar="verb")
    keys.add_parser("rotate", help=(rotate_keys.__doc__ or "").strip()).set_defaults(do=rotate_keys)
    cli_grammar.audit(commands)
    cli_grammar.keeping(commands)
    paper = commands.add_parser("contract", help=(contract.__doc__ or "").strip())
    paper.add_argument("file", type=Path)
    paper.add_argument("--check", action="store_true")
    paper.set_defaults(do=contract)
    return made


def main() -> int:
    """Entry of `miaopu`."""
    args = parser().parse_args()
    try:
        result: int = args.do(args)
    except MissingSecret as missing:
        say(f"{missing} is not set: production invents no secrets.")
        return 2
    except (NotForProduction, embedded.CannotStart) as refused:
        say(str(refused))
        return 2
    except KeyboardInterrupt:
        return 130
    return result


if __name__ == "__main__":
    sys.exit(main())
