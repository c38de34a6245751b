"""`make faults`: every fault in many rounds, and what it came to."""

import argparse
import asyncio
import sys

from faulting import many

if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rounds", type=int, default=5)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--only", default="", help="faults whose name holds this")
    args = given.parse_args()
    sys.exit(0 if asyncio.run(many(args.rounds, args.seed, args.only)) else 1)
