"""Identity and phone numbers, however they were typed.

Identity numbers by GB 11643: date of birth, and check digit by ISO 7064 MOD 11-2.
The six figures of the place are not looked up: counties are founded and merged, and no list is complete.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from miaopu.core.secrets import Vault
from miaopu.core.sheets import normal

# What a spreadsheet makes of eighteen figures: 1.50102200805051E+17. The last ones are gone for good.
_ROUNDED = re.compile(r"^\d(\.\d+)?E\+?\d+$")
_FORM = re.compile(r"^[1-9]\d{16}[\dX]$")


# Runs of digits as long as a phone or more, however they are spaced. Parts of codes and digests (letters around them)
# are none.
LONG = re.compile(r"(?<![0-9A-Za-z])\d(?:[\s\-·.]?\d){9,}(?:[\s\-·.]?[0-9Xx])?(?![0-9A-Za-z])")
# Digits as they are typed with a Chinese keyboard (full width, U+FF10 and on).
_WIDE = {0xFF10 + n: ord("0") + n for n in range(10)} | {0xFF38: ord("X"), 0xFF58: ord("x")}
_MOBILE = re.compile(r"^(?:86)?1[3-9]\d{9}$")
# Of fifteen figures, as they were given until 1999.
_OLD_FORM = re.compile(r"^[1-9]\d{7}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}$")


def narrowed(text: str) -> str:
    """The text with digits of one width."""
    return text.translate(_WIDE)


def holds_number(text: str) -> bool:
    """Whether an identity number or a mobile phone stands in a text, spaced or not, its check digit right or not."""
    for found in LONG.finditer(narrowed(text)):
        plain = re.sub(r"[^0-9X]", "", found.group().upper())
        if _MOBILE.match(plain) or _OLD_FORM.match(plain) or identity_fault(plain) in (None, "identity_check"):
            return True
    return False


def identity_fault(number: str) -> str | None:
    """The code of what is wrong with an identity number; None for a sound one."""
    if _ROUNDED.match(number):
        return "identity_rounded"
    if not _FORM.match(number):
        return "identity_form"
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        return "identity_date"
    if not date(1900, 1, 1) <= born:
        return "identity_date"
    return None if number[-1] == ric.calc_check_digit(number) else "identity_check"


def _identity(given: object) -> object:
    if not isinstance(given, str):
        return given
    number = re.sub(r"[\s'’]", "", normal(given)).upper()
    if fault := identity_fault(number):
        raise PydanticCustomError(fault, fault)
    return number


def _phone(given: object) -> object:
    if not isinstance(given, str):
        return given
    number = re.sub(r"^(\+|00)86", "", re.sub(r"[\s-]", "", normal(given)))
    if not re.fullmatch(r"1[3-9]\d{9}", number):
        raise PydanticCustomError("phone", "phone")
    return number


def _credit(given: object) -> object:
    if not isinstance(given, str):
        return given
    number = re.sub(r"[\s'’-]", "", normal(given)).upper()
    if not number:
        return None
    try:
        return uscc.validate(number)
    except InvalidChecksum as wrong:
        raise PydanticCustomError("credit_check", "credit_check") from wrong
    except ValidationError as wrong:
        raise PydanticCustomError("credit_form", "credit_form") from wrong


CreditCode = Annotated[str | None, BeforeValidator(_credit)]
"""A unit's unified social credit code (GB 32100): eighteen characters, the last one by mod 31."""

Identity = Annotated[str, BeforeValidator(_identity)]
"""An identity number (GB 11643), however it was typed."""

Phone = Annotated[str, BeforeValidator(_phone)]
"""A mobile number of eleven figures."""


def _without_number(given: str) -> str:
    if holds_number(given):
        raise PydanticCustomError("holds_number", "holds_number")
    return given


NO_NUMBER = AfterValidator(_without_number)
"""For what people write as a reason: the trail keeps it and many read it (ASVS 5.0 14.2.6, PIPL 6)."""


def phone_index(vault: Vault, number: str) -> str:
    """By this equal numbers are found without opening any."""
    return vault.index("phone", number)
