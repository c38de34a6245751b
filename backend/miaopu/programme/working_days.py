"""Working days of a country: its holidays and, where it has them, the weekends worked in their stead (调休).

The days are those of the library `holidays`, which follows the State Council's notice of each year.
"""

from datetime import date
from functools import cache
from typing import Literal

import holidays

Calendar = Literal["CN"]


@cache
def _of_year(calendar: Calendar, year: int) -> holidays.HolidayBase:
    return holidays.country_holidays(calendar, years=[year])


def is_working_day(calendar: Calendar, day: date) -> bool:
    """True for a day on which offices of the country work."""
    return bool(_of_year(calendar, day.year).is_working_day(day))
