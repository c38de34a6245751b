"""What several judges' scores come to (P16): the mean, and three ways to allow for strict and lenient judges.

Exact fractions, so that everybody who recomputes gets the same digits. Sources: the trimmed mean as juries use it
(Tukey 1962, The Future of Data Analysis); the panel correction coefficient (修正系数) of public-service interviews
in China: mean of all ÷ mean of the panel; the additive model of judges' severity (de Gruijter 1984, Two simple models
for rater effects; Braun 1988, Understanding scoring reliability) by least squares over a connected design.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Method = Literal["mean", "trimmed", "coefficient", "additive"]
METHODS: tuple[Method, ...] = ("mean", "trimmed", "coefficient", "additive")


@dataclass(frozen=True, slots=True)
class Judged:
    """One judge's score of one candidate, in percent."""

    candidate: str
    panel: str
    judge: str
    score: Decimal


class NotConnected(ValueError):
    """Judges who share no candidate, directly or over others, cannot be compared."""


class TooFewJudges(ValueError):
    """Candidates with too few sheets."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(", ".join(self.keys))


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _by(sheets: Sequence[Judged], what: Literal["candidate", "panel", "judge"]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for sheet in sheets:
        found.setdefault(getattr(sheet, what), []).append(sheet)
    return found


def _scores(sheets: Sequence[Judged]) -> list[Fraction]:
    return [Fraction(s.score) for s in sheets]


def judged(sheets: Sequence[Judged], method: Method, trim: int = 1) -> dict[str, Decimal]:
    """Each candidate's score by a method, in percent, to ten decimals.

    Args:
        trim: for `trimmed`, how many highest and how many lowest scores of a candidate do not count.

    Raises:
        TooFewJudges: a candidate with fewer than two judges, or too few to trim.
        NotConnected: for `additive`, judges that cannot be compared.
    """
    mine = _by(sheets, "candidate")
    least = 2 * trim + 1 if method == "trimmed" else 2
    if few := sorted(key for key, given in mine.items() if len(given) < least):
        raise TooFewJudges(few)
    means = {key: _mean(_scores(given)) for key, given in mine.items()}
    if method == "mean":
        found = means
    elif method == "trimmed":
        found = {key: _mean(sorted(_scores(given))[trim : len(given) - trim]) for key, given in mine.items()}
    elif method == "coefficient":
        factors = coefficients(sheets)
        found = {key: means[key] * factors[given[0].panel] for key, given in mine.items()}
    else:
        lean = severities(sheets)
        found = {key: _mean([Fraction(s.score) - lean[s.judge] for s in given]) for key, given in mine.items()}
    return {key: decimal(value) for key, value in found.items()}


def coefficients(sheets: Sequence[Judged]) -> dict[str, Fraction]:
    """For each panel its correction coefficient (修正系数): mean of all candidates ÷ mean of the panel's."""
    of_panel: dict[str, list[Fraction]] = {}
    for given in _by(sheets, "candidate").values():
        of_panel.setdefault(given[0].panel, []).append(_mean(_scores(given)))
    if not of_panel:
        return {}
    every = _mean([mean for means in of_panel.values() for mean in means])
    return {panel: every / _mean(means) if any(means) else Fraction(1) for panel, means in of_panel.items()}


def connected(sheets: Sequence[Judged]) -> bool:
    """True when every judge can be compared with every other over the candidates that they share."""
    of_judge, of_candidate = _by(sheets, "judge"), _by(sheets, "candidate")
    if not of_judge:
        return True
    seen = {next(iter(of_judge))}
    edge = list(seen)
    while edge:
        judge = edge.pop()
        near = {s.judge for one in of_judge[judge] for s in of_candidate[one.candidate]} - seen
        seen |= near
        edge += near
    return len(seen) == len(of_judge)


def severities(sheets: Sequence[Judged]) -> dict[str, Fraction]:
    """How many points each judge gives more than the average judge, by least squares; they add up to nought.

    score = candidate + judge + error: for each judge, what the candidates' means leave unexplained.

    Raises:
        NotConnected: the design does not tell judges from candidates.
    """
    if not connected(sheets):
        raise NotConnected
    judges = sorted(_by(sheets, "judge"))
    if not judges:
        return {}
    at = {judge: i for i, judge in enumerate(judges)}
    size = len(judges)
    rows = [[Fraction(0)] * (size + 1) for _ in judges]
    for given in _by(sheets, "candidate").values():
        mean, share = _mean(_scores(given)), Fraction(1, len(given))
        for sheet in given:
            row = rows[at[sheet.judge]]
            row[at[sheet.judge]] += 1
            for other in given:
                row[at[other.judge]] -= share
            row[size] += Fraction(sheet.score) - mean
    # The equations add up to nought, so one of them says nothing: in its place, severities add up to nought.
    rows[-1] = [Fraction(1)] * size + [Fraction(0)]
    return dict(zip(judges, _solved(rows), strict=True))


def _solved(rows: list[list[Fraction]]) -> list[Fraction]:
    size = len(rows)
    for i in range(size):
        pivot = next(r for r in range(i, size) if rows[r][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(size):
            if r != i and rows[r][i] != 0:
                factor = rows[r][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[size] for row in rows]


def leanings(sheets: Sequence[Judged]) -> dict[str, Decimal]:
    """How far each judge's scores lie above those of the others for the same candidates, on the average, in points."""
    mine = _by(sheets, "candidate")
    found: dict[str, list[Fraction]] = {}
    for given in mine.values():
        for sheet in given:
            others = [Fraction(s.score) for s in given if s.judge != sheet.judge]
            if others:
                found.setdefault(sheet.judge, []).append(Fraction(sheet.score) - _mean(others))
    return {judge: decimal(_mean(gaps), 4) for judge, gaps in found.items()}


def decimal(value: Fraction, places: int = 10) -> Decimal:
    """A fraction to so many decimals, half up (away from nought)."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def odd_ones(sheets: Sequence[Judged], points: Decimal) -> set[tuple[str, str]]:
    """(candidate, judge) of the scores that lie more than `points` from the mean of the others."""
    found = set()
    for key, given in _by(sheets, "candidate").items():
        for sheet in given:
            others = [Fraction(s.score) for s in given if s.judge != sheet.judge]
            if others and abs(Fraction(sheet.score) - _mean(others)) > Fraction(points):
                found.add((key, sheet.judge))
    return found


def changing(outcomes: Mapping[Method, Mapping[str, str]], counts: Method) -> dict[str, dict[Method, str]]:
    """Who would have another outcome by another method than the one that counts: candidate → method → outcome."""
    found: dict[str, dict[Method, str]] = {}
    for method, verdicts in outcomes.items():
        for key, outcome in verdicts.items():
            if method != counts and outcome != outcomes[counts][key]:
                found.setdefault(key, {})[method] = outcome
    return found
