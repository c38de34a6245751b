"""What the pictures of the year answer: a table, and what it takes to draw it."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from miaopu.core.read import Figure

Picture = Literal["funnel", "marks", "places", "meetings", "logs", "judges", "results", "years", "map"]
By = Literal["city", "subject", "school", "university", "sex"]
FunnelBy = Literal["city", "subject", "school", "sex"]
MarksBy = Literal["subject", "city"]
PlacesBy = Literal["city", "subject"]
TrainedBy = Literal["city", "subject", "school", "university"]
Kind = Literal["name", "count", "figure"]
Cell = str | int | float | None


class Column(BaseModel):
    """A column; `count` columns add up to the total, `figure` columns (means, shares) do not."""

    key: str
    title: str
    kind: Kind


class NumbersFact(BaseModel):
    """A figure that stands in the picture and not in the table: a line, the plan's number of meetings."""

    key: str
    label: str
    value: Figure
    # The column it belongs to.
    column: str | None = None


class Numbers(BaseModel):
    """One picture: the rows are those of the workbook and of the CSV, cell by cell."""

    picture: Picture
    title: str
    by: By | None
    columns: list[Column]
    # By the columns' keys, and `id` where the row is a unit, a subject or a code.
    rows: list[dict[str, Cell]]
    total: dict[str, Cell] | None
    facts: list[NumbersFact]
    as_of: datetime
    # What stands in a hidden cell, and below how many people one is hidden; None where nothing has to be.
    mark: str
    hidden_below: int | None


class DrawnNumbers(Numbers):
    """A picture with its drawing as SVG, empty where nothing was counted."""

    drawing: str


class PictureOffer(BaseModel):
    code: Picture
    title: str
    # How it can be broken down; the first of them where nothing is asked for.
    by: list[By]


class NumbersCity(BaseModel):
    """A city of the plan; `x` and `y` are percents from the left and the top, where the plan places it."""

    id: uuid.UUID
    name: str
    x: Figure | None
    y: Figure | None


class NumbersOffer(BaseModel):
    """The pictures there are, and the cities that stand in them."""

    pictures: list[PictureOffer]
    cities: list[NumbersCity]
