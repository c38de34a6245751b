"""Names of persons as people really write them: one field, no split, one middle dot (民委发〔2016〕33号)."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pypinyin import Style, lazy_pinyin

from miaopu.people.models import NAME

DOT = "·"
# Look-alikes that keyboards and spreadsheets produce for U+00B7.
LOOK_ALIKES = dict.fromkeys(map(ord, "•‧∙⋅・･・．●᛫"), DOT)


def clean(name: str) -> str:
    """The name with half-width letters, single spaces and U+00B7 for every look-alike of the middle dot."""
    text = unicodedata.normalize("NFC", name.translate(LOOK_ALIKES))
    text = "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" else c for c in text)
    text = re.sub(r"[\s\u3000\u200b\ufeff]+", " ", text).strip()
    return re.sub(rf"\s*{DOT}\s*", DOT, text)


def sort_key(name: str) -> str:
    """Pinyin without tones, lower case: the stored key by which names sort."""
    return " ".join(lazy_pinyin(name, style=Style.NORMAL)).lower()[:400]


def masked(name: str) -> str:
    """First and last character with asterisks between; of two characters the first (公示 practice)."""
    if len(name) <= 2:
        return name[:1] + "*"
    return name[0] + "*" * min(len(name) - 2, 3) + name[-1]


def _checked(name: str) -> str:
    found = clean(name)
    if not found or len(found) > NAME or not any(c.isalpha() for c in found):
        raise ValueError("name")
    return found


PersonName = Annotated[str, StringConstraints(min_length=1, max_length=NAME * 2), AfterValidator(_checked)]
