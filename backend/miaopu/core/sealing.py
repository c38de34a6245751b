"""How a model says that a column is sealed, and by which other column it is found: `info` of the column itself.

From this alone `miaopu keys rotate` knows what to seal anew, so that no column can be left behind.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, MetaData, Table

SEALED: dict[str, Any] = {"personal": True, "sealed": True}


def blind(purpose: str, of: str) -> dict[str, Any]:
    """`info` of a column that holds `Vault.index(purpose, …)` of what the column `of` of the same row seals."""
    return {"personal": True, "blind": (purpose, of)}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed column, and the blind indexes made of it: (their column, their purpose)."""

    table: Table
    column: Column[Any]
    indexes: tuple[tuple[Column[Any], str], ...]

    @property
    def name(self) -> str:
        """`table.column`."""
        return f"{self.table.name}.{self.column.name}"


def sealed_columns(metadata: MetaData) -> tuple[Sealed, ...]:
    """Every sealed column of the models, in the order of their names."""
    return tuple(
        Sealed(table, column, tuple(_indexes(table, column.name)))
        for table in sorted(metadata.tables.values(), key=lambda one: one.name)
        for column in table.columns
        if column.info.get("sealed")
    )


def _indexes(table: Table, of: str) -> list[tuple[Column[Any], str]]:
    return [
        (column, column.info["blind"][0])
        for column in table.columns
        if "blind" in column.info and column.info["blind"][1] == of
    ]
