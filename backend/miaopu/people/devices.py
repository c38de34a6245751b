"""What a sign-in comes from: the browser in plain words, the address, and a secret by which it is known again."""

import re
from dataclasses import dataclass

from miaopu.people.tokens import secret_hash

# The first that fits: browsers name others too, for the sake of old pages.
BROWSERS = (
    ("微信", r"MicroMessenger"),
    ("钉钉", r"DingTalk"),
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("QQ", r"QQBrowser|MQQBrowser"),
    ("UC", r"UCBrowser"),
    ("Firefox", r"Firefox/|FxiOS"),
    ("Chrome", r"Chrome/|CriOS"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """Where a sign-in comes from. `secret` is what the device keeps; empty where it is not to be known again."""

    agent: str
    address: str
    secret: str = ""

    @property
    def hash(self) -> bytes | None:
        """What is kept of the secret."""
        return secret_hash(self.secret) if self.secret else None

    @property
    def told(self) -> str:
        """One line for its owner, the same in every language: `Chrome · Windows · 203.0.113.7`."""
        browser, system = plain(self.agent)
        return " · ".join(part for part in (browser, system, self.address) if part)


def plain(agent: str) -> tuple[str, str]:
    """Browser and system named in a `User-Agent` (RFC 9110 10.1.5); empty where it names none we know."""
    return _first(BROWSERS, agent), _first(SYSTEMS, agent)


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, agent)), "")
