"""What a nomination is judged by (P7): pure."""

from miaopu.programme.plan_base import Degree


def below(degree: Degree, wanted: Degree) -> bool:
    """True for a degree that is lower than the wanted one."""
    order = list(Degree)
    return order.index(degree) < order.index(wanted)
