"""How the tests are dealt out to the processes: by file, and all files that lean on the walked year to one of them.

The year is walked once for each process that is asked for it, and takes as long as a hundred other tests.
"""

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]


@cache
def group_of(file: str) -> str:
    """The group of a test file, named as in a node id: `the year`, or the file itself."""
    return "the year" if "year: Year" in (ROOT / file).read_text("utf-8") else file


class ByFile(LoadScopeScheduling):
    """Whole groups go to one process, the largest first."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.split("::", 1)[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """xdist's hook."""
    return ByFile(config, log)
