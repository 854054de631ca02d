"""Landing the new files of a run, beside whatever else it does."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from wavehouse.core.errors import RejectedError
from wavehouse.core.object_copy import called
from wavehouse.core.run_record import RejectedFile
from wavehouse.lake.layout import LakeLayout
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.landing import Arrival, land
from wavehouse.staging.seen import SeenFiles
from wavehouse.store.durable import sync_files


class Landing:
    """Lands files on two threads, the smallest sources first, and syncs them on a third.

    Whoever needs the files of a source waits for those alone: the engine reads while others still land.
    """

    def __init__(self, layout: LakeLayout, batch: str, time: datetime, seen: SeenFiles) -> None:
        self.batch = batch
        self.rejected: list[RejectedFile] = []
        self._layout = layout
        self._time = time
        self._seen = seen
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="land")
        self._syncer = ThreadPoolExecutor(1, thread_name_prefix="sync")
        self._landing: dict[str, list[tuple[Arrival, Future[LandedFile]]]] = {}
        self._synced: list[Future[None]] = []

    def start(self, arrivals: Sequence[Arrival]) -> None:
        """Begin to land."""
        sizes: dict[str, int] = {}
        for arrival in arrivals:
            contract = arrival.match.contract
            sizes[contract.source] = sizes.get(contract.source, 0) + arrival.stat.st_size
        # What is only landed to compare with comes last: nobody waits for it.
        late = {a.match.contract.source for a in arrivals if a.match.contract.role == "reconcile"}
        for source in sorted(sizes, key=lambda name: (name in late, sizes[name])):
            mine = [arrival for arrival in arrivals if arrival.match.contract.source == source]
            self._landing[source] = [
                (arrival, self._workers.submit(land, arrival, self._layout.staging, self.batch, self._time))
                for arrival in mine
            ]

    @property
    def sources(self) -> list[str]:
        """The sources that have files landing, in the order in which they come."""
        return list(self._landing)

    def wait_for(self, source: str) -> list[LandedFile]:
        """The landed files of one source; a file whose bytes turn out to be unreadable joins `rejected`."""
        landed: dict[str, LandedFile] = {}
        for arrival, future in self._landing.get(source, []):
            try:
                file = future.result()
            except RejectedError as error:
                self.rejected.append(RejectedFile(called(arrival.path), str(error)))
            else:
                if file.size == arrival.stat.st_size:
                    self._seen.remember(arrival.path, arrival.stat, arrival.looked, file.sha256)
                # Two names for the same bytes are one file.
                other = landed.setdefault(file.sha256, file)
                if file.counts_before(other):
                    landed[file.sha256] = file
                root = self._layout.root
                self._synced.append(self._syncer.submit(sync_files, [root / file.path], below=root))
        return list(landed.values())

    def wait_until_durable(self) -> None:
        """Wait for the syncs; raises what they raised."""
        for future in self._synced:
            future.result()
        self._synced.clear()

    def undo(self) -> None:
        """Remove what this batch landed: the run came to nothing."""
        self.close()
        for folder in self._layout.root.glob(f"*/*/{self.batch}"):  # staging/<source>, quarantine/files
            shutil.rmtree(folder, ignore_errors=True)
        (self._layout.staging / "_batches" / f"{self.batch}.json").unlink(missing_ok=True)

    def close(self) -> None:
        """End the threads."""
        self._workers.shutdown(wait=True, cancel_futures=True)
        self._syncer.shutdown(wait=True)
        for folder in self._layout.staging.glob(f"*/{self.batch}"):
            if not any(folder.iterdir()):
                folder.rmdir()  # all of its files were refused
