"""`make fuzz`, second part: every machine of the programme, in any order, at every moment of the year."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from flowing import Ground
from test_any_flow import walk
from test_oracles import oracles

from miaopu.demo.journey.year import AFTER
from miaopu.programme.plan import StageCode
from postgres import fresh_database
from years import walked

MOMENTS = (*(stage.value for stage in StageCode), AFTER)


async def prepare(url: str, folder: Path) -> str:
    """Walk the year with a copy at every moment; gives the secret it is sealed with."""
    year = await walked("second", url, folder, copied=MOMENTS)
    await year.http.aclose()
    await year.app.state.database.close()
    return year.app.state.settings.secret.get_secret_value()  # type: ignore[no-any-return]


def main() -> int:
    """Walk and print. 1 where anything was found."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--walks", type=int, default=60, help="for each moment")
    args = given.parse_args()
    url, found = fresh_database(), 0
    with tempfile.TemporaryDirectory(prefix="miaopu-walks-") as folder:
        secret = asyncio.run(prepare(url, Path(folder)))
        print(f"{'moment':<22}{'tried':>7}{'done':>7}  acts", flush=True)
        for moment in MOMENTS:
            ground = Ground(f"{url}_at_{moment}", secret, Path(folder))
            try:
                walk(ground, args.walks, derandomize=False)
            except Exception as wrong:
                found += 1
                print(f"FOUND at {moment}: {wrong}", flush=True)
            ground.begin()
            for told in oracles(ground):
                found += 1
                print(f"TOLD at {moment}: {told}", flush=True)
            ground.end()
            done = ground.walks.taken
            acts = ", ".join(f"{act} {count}" for act, count in done.most_common())
            print(f"{moment:<22}{ground.walks.tried:>7}{done.total():>7}  {acts}", flush=True)
            ground.close()
    print(f"{found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
