"""Snapshots expire: their files lose their names at once, and go later, when no query reads them any more."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from uuid import uuid4

from wavehouse.core.table_name import TableName
from wavehouse.lake.commit import Committer
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.reachable import reachable_files
from wavehouse.store.durable import write_durably


def expire(
    layout: LakeLayout,
    committer: Committer,
    snapshots: Mapping[str, Sequence[int]],
    also_lost: Collection[str] = (),
) -> None:
    """Expire snapshots, by table; first it is written down which files lose their names.

    They stay until `wavehouse vacuum` finds that it was long ago. The lake's lock is held.
    """
    lost = reachable_files(committer) - reachable_files(committer, without=snapshots)
    lost |= set(also_lost)
    write_durably(layout.lost / f"{uuid4()}.json", json.dumps(sorted(lost)).encode())
    for name, ids in snapshots.items():
        committer.expire(TableName.parse(name), ids)
