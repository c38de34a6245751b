"""The command line `miaopu`: run, serve, worker, remind, migrate, setup, demo, reset, journey, plan, keys,
backup, restore, drill, contract."""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from pathlib import Path

from pydantic import ValidationError

from miaopu import keeping, migrate, running
from miaopu.core import embedded, logs
from miaopu.core.db import Database
from miaopu.core.problem import LANGUAGES
from miaopu.core.secrets import Vault
from miaopu.demo.build import PLAN
from miaopu.demo.journey.world import Scale
from miaopu.demo.report import funnels_of, print_funnel
from miaopu.main import make_app, read_demo_clock
from miaopu.openness.document import SelectionRecord
from miaopu.openness.told import report
from miaopu.openness.verifying import verify
from miaopu.people.keys import rotate
from miaopu.people.service import first_account
from miaopu.programme.plan import check_plan_file
from miaopu.reminders.ticking import Ticked, tick
from miaopu.running import say
from miaopu.settings import MissingSecret, Settings, from_environment
from miaopu.worker import run_worker


def run(_args: argparse.Namespace) -> int:
    """Everything at one address, with the demo's data on the first start."""
    with running.installation() as settings:
        running.prepare(settings)
        with running.mails_caught(settings) as settings, running.worker_beside(settings):
            say(f"\nMiaopu 苗圃  {settings.public_url}\n")
            say("Demo accounts (password miaopu-2024, or one click on the page):")
            say("  region, association, education, hohhot-1, imnu, hohhot-school-1, mentor-001, team-001,")
            say("  hohhot-school-1-teacher-1, student-001, guardian-003, expert-01")
            say("Ctrl-C stops everything; the data stay. `make reset` clears them.\n")
            running.answer(settings)
    say("Stopped.")
    return 0


def serve(_args: argparse.Namespace) -> int:
    """Production: the API (and the pages, where MIAOPU_SPA_DIR names them) on a database that is migrated."""
    settings = from_environment(mode="production")
    asyncio.run(running.refuse_demo(settings))
    running.answer(settings)
    return 0


def work(_args: argparse.Namespace) -> int:
    """The worker of a running installation."""
    settings = from_environment()
    logs.set_up(settings.log_format, requests=False)
    asyncio.run(run_worker(settings))
    return 0


def remind(_args: argparse.Namespace) -> int:
    """Run the reminder rules once and send what may go: what the worker does every few minutes."""
    settings = _named()

    async def once() -> Ticked:
        database = Database(settings)
        try:
            if settings.demo:
                await read_demo_clock(database)
            return await tick(database, settings, Vault(settings.secret.get_secret_value()))
        finally:
            await database.close()

    done = asyncio.run(once())
    say(f"new {done.made}, batches released {done.released}, told {done.told}, mails {done.planned}, sent {done.sent}")
    return 0


def migrated(_args: argparse.Namespace) -> int:
    """Bring the database of MIAOPU_DATABASE_URL to the newest schema."""
    migrate.upgrade(_named().database_url)
    return 0


def setup(args: argparse.Namespace) -> int:
    """The region's unit and the link of its first account, on an empty installation."""
    settings = _named()
    secret = asyncio.run(_first(settings, args.region, args.name))
    say(f"{settings.public_url}/i/{secret}")
    return 0


async def _first(settings: Settings, region: str, name: str) -> str:
    database = Database(settings)
    try:
        async with database.session() as session:
            return await first_account(session, unit_code="region", unit_name=region, name=name, demo=False)
    finally:
        await database.close()


def demo(_args: argparse.Namespace) -> int:
    """Fill an empty installation with the demo's year."""
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


def journey(args: argparse.Namespace) -> int:
    """Walk a plan's year, or several in a row, on a database of its own and print the funnels."""
    folder = Path(tempfile.mkdtemp(prefix="miaopu-journey-", dir="/tmp"))
    folder.chmod(0o755)
    server = embedded.start(folder / "postgres", fast=True)
    try:
        for plan in args.plan or [PLAN]:
            settings = asyncio.run(running.fresh(server, folder, plan.stem))
            migrate.upgrade(settings.database_url)
            scale = Scale(applicants_per_place=args.applicants)
            walked = funnels_of(settings, plan.read_text("utf-8"), scale, say, years=args.years)
            for funnel in asyncio.run(walked):
                print_funnel(funnel, say)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def plan_check(args: argparse.Namespace) -> int:
    """Say what is wrong with a plan document, by its keys."""
    try:
        faults = check_plan_file(args.file)
    except OSError as unreadable:
        say(f"{args.file}: {unreadable.strerror}")
        return 2
    for fault in faults:
        say(f"{fault.key}: {fault.message}")
    say(f"{args.file}: {len(faults)} faults" if faults else f"{args.file}: a plan")
    return 1 if faults else 0


def rotate_keys(_args: argparse.Namespace) -> int:
    """Sign tokens with a new key from now on."""
    settings = _named()

    async def turn() -> str:
        database = Database(settings)
        try:
            return await rotate(database, Vault(settings.secret.get_secret_value()))
        finally:
            await database.close()

    say(asyncio.run(turn()))
    return 0


def verify_record(args: argparse.Namespace) -> int:
    """Recompute the selection from a public record and say what agrees (P16a)."""
    try:
        record = SelectionRecord.model_validate_json(args.file.read_bytes())
    except OSError as unreadable:
        say(f"{args.file}: {unreadable.strerror}")
        return 2
    except ValidationError as wrong:
        for fault in wrong.errors()[:20]:
            say(f"{args.file}: {'/'.join(str(part) for part in fault['loc'])}: {fault['msg']}")
        return 2
    checks = verify(record)
    for line in report(record, checks, args.language):
        say(line)
    return 0 if all(check.agrees is not False for check in checks) else 1


def contract(args: argparse.Namespace) -> int:
    """Write the OpenAPI contract; with --check only say whether the file is fresh."""
    text = json.dumps(make_app(Settings(mode="demo")).openapi(), ensure_ascii=False, indent=1) + "\n"
    if args.check:
        fresh = args.file.exists() and args.file.read_text("utf-8") == text
        say(f"{args.file}: {'fresh' if fresh else 'stale, run `make contract`'}")
        return 0 if fresh else 1
    args.file.write_text(text, "utf-8")
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
    clear = commands.add_parser("reset", help=(reset.__doc__ or "").strip())
    clear.add_argument("--yes", action="store_true")
    clear.set_defaults(do=reset)
    walk = commands.add_parser("journey", help=(journey.__doc__ or "").strip())
    walk.add_argument("--plan", type=Path, action="append")
    walk.add_argument("--applicants", type=int, default=Scale().applicants_per_place, help="for each place")
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
    keys = commands.add_parser("keys", help="signing keys").add_subparsers(required=True, metavar="verb")
    keys.add_parser("rotate", help=(rotate_keys.__doc__ or "").strip()).set_defaults(do=rotate_keys)
    keeping.add(commands)
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
    except (running.NotForProduction, embedded.CannotStart) as refused:
        say(str(refused))
        return 2
    except KeyboardInterrupt:
        return 130
    return result


if __name__ == "__main__":
    sys.exit(main())
