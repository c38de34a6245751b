"""The commands that look at documents, records and data, and change nothing."""

import argparse
import asyncio
import json
import shutil
import tempfile
from pathlib import Path

from miaopu.core import embedded
from miaopu.settings import Settings, from_environment
from miaopu.terminal import say


def journey(args: argparse.Namespace) -> int:
    """Walk a plan's year, or several in a row, on a database of its own and print the funnels."""
    from miaopu import migrate, running
    from miaopu.demo.build import PLAN
    from miaopu.demo.journey.world import Scale
    from miaopu.demo.report import funnels_of, print_funnel

    folder = Path(tempfile.mkdtemp(prefix="miaopu-journey-", dir="/tmp"))
    folder.chmod(0o755)
    server = embedded.start(folder / "postgres", fast=True)
    try:
        for plan in args.plan or [PLAN]:
            settings = asyncio.run(running.fresh(server, folder, plan.stem))
            migrate.upgrade(settings.database_url)
            scale = Scale(applicants_per_place=args.applicants) if args.applicants else Scale()
            walked = funnels_of(settings, plan.read_text("utf-8"), scale, say, years=args.years)
            for funnel in asyncio.run(walked):
                print_funnel(funnel, say)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def plan_check(args: argparse.Namespace) -> int:
    """Say what is wrong with a plan document, by its keys."""
    from miaopu.programme.plan import check_plan_file

    try:
        faults = check_plan_file(args.file)
    except OSError as unreadable:
        say(f"{args.file}: {unreadable.strerror}")
        return 2
    for fault in faults:
        say(f"{fault.key}: {fault.message}")
    say(f"{args.file}: {len(faults)} faults" if faults else f"{args.file}: a plan")
    return 1 if faults else 0


def verify_record(args: argparse.Namespace) -> int:
    """Recompute the selection from a public record and say what agrees (P16a)."""
    from pydantic import ValidationError

    from miaopu.openness.document import SelectionRecord
    from miaopu.openness.told import report
    from miaopu.openness.verifying import verify

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


def doctor(args: argparse.Namespace) -> int:
    """Ask every invariant of the programme of the data; 1 where one is broken."""
    from miaopu import running
    from miaopu.doctor.examining import examine_installation, told

    with running.installation(mode=from_environment().mode) as settings:
        found = asyncio.run(examine_installation(settings))
    for line in told(found, args.language):
        say(line)
    return 1 if any(one.count for one in found) else 0


def contract(args: argparse.Namespace) -> int:
    """Write the OpenAPI contract; with --check only say whether the file is fresh."""
    from miaopu.main import make_app

    text = json.dumps(make_app(Settings(mode="demo")).openapi(), ensure_ascii=False, indent=1) + "\n"
    if args.check:
        fresh = args.file.exists() and args.file.read_text("utf-8") == text
        say(f"{args.file}: {'fresh' if fresh else 'stale, run `make contract`'}")
        return 0 if fresh else 1
    args.file.write_text(text, "utf-8")
    return 0
