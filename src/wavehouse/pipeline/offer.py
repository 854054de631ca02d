"""What a command is given, held against what the lake has. Imports nothing heavy: every run asks.

A file is known by its source and its bytes, whatever its name and whenever it comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import RejectedError
from wavehouse.core.object_copy import called
from wavehouse.core.run_record import RejectedFile
from wavehouse.pipeline.ledger import Ledger
from wavehouse.staging.finding import find_files
from wavehouse.staging.landed_file import LandedFile, name_as_text
from wavehouse.staging.seen import SeenFiles

if TYPE_CHECKING:
    from wavehouse.project.contracts import SourceContract
    from wavehouse.staging.landing import Arrival


@dataclass
class Offer:
    """The files that are named: `new` ones to land, and those that nobody can take.

    `known` are those that the lake has, `same` what it has of them; `again` are those among them that count
    as of another time or name now (`LandedFile.counts_before`).
    """

    new: list[Arrival] = field(default_factory=list)
    rejected: list[RejectedFile] = field(default_factory=list)
    known: list[Path] = field(default_factory=list)
    same: list[LandedFile] = field(default_factory=list)
    again: list[LandedFile] = field(default_factory=list)


def offered(
    paths: Sequence[Path],
    ledger: Ledger,
    waiting: Sequence[LandedFile],
    seen: SeenFiles,
    contracts: Callable[[], Mapping[str, SourceContract]],
    time: datetime | None = None,
) -> Offer:
    """Hold the files among `paths` against those of the ledger and those that wait.

    `time` is the batch time that was given, if one was: for a file that a rollback holds it changes nothing.

    The contracts are asked for only where a file is new, or has another name than the lake knows. Raises
    `CallError` as `find_files` does.
    """
    found = find_files(paths)
    have = [*ledger.files, *ledger.held, *waiting]
    sizes = {file.size for file in have}
    alike: dict[str, list[LandedFile]] = defaultdict(list)
    for file in have:
        alike[file.sha256].append(file)

    def of_same_bytes(path: Path) -> Sequence[LandedFile]:
        # A file of a size not seen before is new: the whole of it need not be read to know that.
        return alike.get(seen.sha256(path), ()) if path.stat().st_size in sizes else ()

    # Hashing leaves the interpreter free: two threads hash on two processors.
    with ThreadPoolExecutor(2, thread_name_prefix="hash") as pool:
        twins = list(pool.map(of_same_bytes, found))
    offer = Offer()
    for path, same in zip(found, twins, strict=True):
        mine = next((file for file in same if file.name == name_as_text(path)), None)
        if mine is None:
            # Of these bytes under another name: they may be of another source.
            mine = _recognised(path, same, contracts(), offer)
        if mine is not None:
            offer.known.append(path)
            offer.same.append(mine)
            if time is not None:
                again = replace(mine, batch_time=time.isoformat(), name=name_as_text(path))
                if again.counts_before(mine) and not ledger.holds(again):
                    offer.again.append(again)
    return offer


def _recognised(
    path: Path, same: Sequence[LandedFile], contracts: Mapping[str, SourceContract], offer: Offer
) -> LandedFile | None:
    """What the lake has of a file, else None: then it is told whose it is, or why it is nobody's."""
    from wavehouse.staging.landing import recognise_file

    try:
        arrival = recognise_file(path, contracts)
    except RejectedError as error:
        if same:
            return same[0]
        offer.rejected.append(RejectedFile(called(path), str(error)))
    except OSError as error:
        reason = RejectedError(
            f"the file cannot be read ({error.strerror})", where=called(path), remedy="Check its permissions"
        )
        offer.rejected.append(RejectedFile(called(path), str(reason)))
    else:
        source = arrival.match.contract.source
        for file in same:
            if file.source == source:
                return file
        offer.new.append(arrival)
    return None


def no_file_left(rejected: Sequence[RejectedFile]) -> RejectedError:
    """The error for a run of which every file was refused."""
    reasons = [file.reason for file in rejected]
    head = [f"none of the {len(reasons)} files can be loaded."] if len(reasons) > 1 else []
    return RejectedError(" ".join([*head, *reasons]))
