"""Which files the tables of a lake need: whatever some snapshot, branch or logged metadata names."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wavehouse.lake.commit import Committer
from wavehouse.lake.head import plain_location


def reachable_files(committer: Committer, without: Mapping[str, Collection[int]] | None = None) -> set[str]:
    """The paths of all files that tables of the catalog need, those not shown yet among them.

    `without` are snapshots by table that shall not count.
    """
    found: set[str] = set()
    for table in committer.all_tables():
        ignored = (without or {}).get(".".join(table.name()), ())
        found.add(plain_location(table.metadata_location))
        found |= {plain_location(entry.metadata_file) for entry in table.metadata.metadata_log}
        read: set[str] = set()
        for snapshot in table.snapshots():
            if snapshot.snapshot_id in ignored:
                continue
            found.add(plain_location(snapshot.manifest_list))
            for manifest in snapshot.manifests(table.io):
                if manifest.manifest_path in read:
                    continue
                read.add(manifest.manifest_path)
                found.add(plain_location(manifest.manifest_path))
                entries = manifest.fetch_manifest_entry(table.io, discard_deleted=True)
                found |= {plain_location(entry.data_file.file_path) for entry in entries}
    return found
