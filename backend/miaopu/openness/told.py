"""What `miaopu verify` prints: one line for each thing that was recomputed."""

from collections.abc import Iterator, Sequence

from miaopu.core.problem import Language, say
from miaopu.openness.document import SelectionRecord
from miaopu.openness.verifying import Check

ANSWER = {True: "agrees", False: "differs", None: "unknown"}


def report(record: SelectionRecord, checks: Sequence[Check], language: Language) -> Iterator[str]:
    """The lines, what it comes to at the end."""
    yield f"{record.title} · {record.cycle} · {record.number} · {record.made_at}"
    for check in checks:
        of = " ".join(part for part in (check.city, check.subject) if part)
        line = f"{said(language, ANSWER[check.agrees]):　<4}  {said(language, check.part)}"
        line += f"  {of}  {said(language, 'compared', count=check.compared)}"
        if check.by_hand:
            line += "；" if language == "zh-CN" else "; "
            line += said(language, "by_hand", count=check.by_hand)
        yield line
        if check.differing:
            yield f"        {'、'.join(check.differing) if language == 'zh-CN' else ', '.join(check.differing)}"
    for one in record.withheld:
        yield said(language, "withheld", city=one.city, subject=one.subject, people=one.people)
    whole = all(check.agrees is not False for check in checks)
    yield said(language, "all_agree" if whole else "some_differ")


def said(language: Language, code: str, **params: object) -> str:
    """The words for a check."""
    return say(language, f"check.{code}", params)
