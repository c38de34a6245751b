"""Which passwords are taken: long enough, and none that a guesser tries first (ASVS 5.0 6.2.1, 6.2.4, 6.2.5, 6.2.9).

No rule asks for capitals, figures or signs, and nothing of a password is cut off or altered. The list of common
passwords comes with `zxcvbn`, so that nothing is asked of anybody outside.
"""

import string
import unicodedata
from collections.abc import Iterable
from functools import cache

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core.problem import FieldError, invalid
from miaopu.people import passwords
from miaopu.people.models import Account, Membership, Unit

SHORTEST = 8
LONGEST = 128
# The names of the platform itself: everybody who guesses knows them.
PLATFORM = ("miaopu", "苗圃")
# A common password with a year or a sign at its end is common too.
TAIL = 4
# Fewer different characters than this is one key held down, or two in turn.
DIFFERENT = 4
# What has to stand in a password besides words that are known of its owner: letters or signs of any script.
OWN_LETTERS = 4
# A part of a name shorter than this is in too many words.
WORD = 3


def refusal(password: str, known: Iterable[str] = ()) -> str | None:
    """The rule a password breaks: `password_common`, `password_context`, or None.

    Args:
        known: words that a guesser has of its owner (login, name, pinyin, unit), in any case.
    """
    folded = password.casefold()
    bare = folded.strip(string.digits + string.punctuation + " ")
    ending = len(folded) - len(bare)
    if folded in _common() or len(set(folded)) < DIFFERENT or (ending <= TAIL and bare in _common()):
        return "password_common"
    left = _letters(folded)
    for word in sorted({_letters(word.casefold()) for word in (*PLATFORM, *known)}, key=len, reverse=True):
        if len(word) >= WORD or (word and not word.isascii()):
            left = left.replace(word, "")
    own = [character for character in left if not character.isdigit()]
    return "password_context" if len(own) < OWN_LETTERS and left != _letters(folded) else None


async def fresh(password: str, pointer: str, known: Iterable[str] = ()) -> str:
    """The hash of a password somebody chose: the one door to `Account.password_hash`.

    Raises 422 with `password_common` or `password_context` at `pointer`.
    """
    if broken := refusal(password, known):
        raise invalid(FieldError(pointer, broken))
    return await passwords.hashed(password)


async def known_of(session: AsyncSession, account: Account, login: str | None = None) -> list[str]:
    """Words that a guesser has of an account's owner; `login` is the one just chosen."""
    rows = (
        select(Unit.code, Unit.name)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.account_id == account.id)
    )
    units = [word for row in (await session.execute(rows)).all() for word in row]
    return [*units, *of_person(login or account.login, account.name, account.name_key)]


def of_person(login: str, name: str, name_key: str) -> list[str]:
    """The same of somebody whose account is only being made; `name_key` is the pinyin, syllables apart."""
    return [login, name, name_key, *name_key.split()]


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


@cache
def _common() -> frozenset[str]:
    # Megabytes of text: read when somebody first chooses a password.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

    return frozenset(FREQUENCY_LISTS["passwords"])
