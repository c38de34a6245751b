"""A plan's digest: the same for the same plan, however it is written."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal

from miaopu.programme.plan import Plan


def plan_digest(plan: Plan) -> str:
    """SHA-256 (hex) of the plan's canonical JSON: equal for equal plans, whatever their layout.

    A key that stands at its default counts as left out, so that a plan keeps its digest when the document gets keys.
    """
    kept = plan.model_dump(mode="python", exclude_defaults=True)
    canonical = json.dumps(_canonical(kept), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: object) -> object:
    # 3 and 3.0 are one number: a digest must not tell two layouts of the same plan apart.
    if isinstance(value, Mapping):
        return {str(key): _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if isinstance(value, str | int | bool | None) else str(value)
