"""The grammar of the commands that live in files of their own: those of the trail, and those that keep the data safe.

Their files are brought in when one of them is called, not for every call of `miaopu`.
"""

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

Do = Callable[[argparse.Namespace], int]


def later(module: str, name: str) -> Do:
    """The function of a file that is brought in when it is called."""

    def do(args: argparse.Namespace) -> int:
        found: Do = getattr(importlib.import_module(f"miaopu.{module}"), name)
        return found(args)

    return do


def audit(commands: "Commands") -> None:
    """`miaopu audit`."""
    verbs = commands.add_parser("audit", help="the trail's heads").add_subparsers(required=True, metavar="verb")
    sealed = verbs.add_parser("seal", help="make a head of the trail over everything until now")
    sealed.set_defaults(do=later("cli_audit", "seal_now"))
    checked = verbs.add_parser("verify", help="go over chain, heads, signatures and heads that were kept outside")
    checked.add_argument("--heads", type=Path, action="append", default=[], help="a file of heads kept outside")
    checked.set_defaults(do=later("cli_audit", "verify_trail"))
    made = verbs.add_parser("key", help="make a private key for countersigning and print its public half")
    made.add_argument("file", type=Path)
    made.set_defaults(do=later("cli_audit", "make_key"))
    shown = verbs.add_parser("receipt", help="check a receipt without the platform")
    shown.add_argument("file", type=Path)
    shown.add_argument("--key", action="append", default=[], help="a public key of the installation, base64")
    shown.set_defaults(do=later("cli_audit", "check_receipt"))
    signed = verbs.add_parser("countersign", help="countersign the newest head, unless it contradicts the last one")
    signed.add_argument("--key", type=Path, required=True, help="the private key, PEM")
    signed.add_argument("--url", required=True, help="the installation's address")
    signed.add_argument("--state", type=Path, help="where the last head is kept; beside the key unless named")
    signed.set_defaults(do=later("cli_audit", "countersign"))


def keeping(commands: "Commands") -> None:
    """`miaopu backup`, `restore` and `drill`."""
    made = commands.add_parser("backup", help="database and files of one moment, sealed, to a file or into a folder")
    made.add_argument("target", type=Path)
    made.set_defaults(do=later("keeping", "backup"))
    back = commands.add_parser("restore", help="put a backup into an empty installation and compare it")
    back.add_argument("file", type=Path)
    back.add_argument("--replace", action="store_true", help="give up what the installation holds")
    back.set_defaults(do=later("keeping", "restore"))
    tried = commands.add_parser("drill", help="restore a backup into a scratch database and say whether it is sound")
    tried.add_argument("file", type=Path, nargs="?", help="the newest one unless named")
    tried.set_defaults(do=later("keeping", "drill"))
