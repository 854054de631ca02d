"""`wavehouse` as it is, over a disk that fails or a process that is killed at one point.

    python -m tests.crash.child --list FILE -- run --from DIR --lake LAKE
    python -m tests.crash.child --point 'staging/_batches/<run>.json: rename' --fault kill -- run …

The first writes the names of all points to FILE, one a line; the second strikes at one of them.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from tests.crash.durability import Durability
from tests.crash.interposer import interposed
from tests.crash.planted import plant
from tests.crash.points import Fault, Recorder, Striker, Watch
from tests.crash.processes import Order

from wavehouse.cli import main


def obey(order: Order) -> int:
    """Do it; returns the exit code."""
    root = Path(order.args[order.args.index("--lake") + 1])
    recorder = Striker(order.point, order.fault) if order.point else Recorder()
    durability = Durability(root)
    watch: Watch = durability if order.durable else recorder
    sys.argv = ["wavehouse", *order.args]
    code = 0
    with contextlib.ExitStack() as stack:
        for name in order.plants:
            stack.enter_context(plant(name))
        stack.enter_context(interposed(root, watch))
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    if order.report:
        lines = durability.lost if order.durable else recorder.points
        Path(order.report).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return code


def _parse(args: Sequence[str]) -> Order:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--list", default="", help="write the names of all points to this file")
    parser.add_argument("--point", default="", help="the name of the point at which to strike")
    parser.add_argument("--fault", default="kill", choices=get_args(Fault))
    parser.add_argument("args", nargs="+", help="what wavehouse is called with; --lake must be among it")
    known = parser.parse_args(args)
    return Order(known.args, known.point, known.fault, known.list)


if __name__ == "__main__":
    sys.exit(obey(_parse(sys.argv[1:])))
