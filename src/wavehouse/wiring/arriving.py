"""The files that a command is given: paths, and places in buckets, of which copies are made to be landed."""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.settings import Settings

if TYPE_CHECKING:
    from wavehouse.core.progress import Progress
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.store.object_store import StoredFile


@contextlib.contextmanager
def arriving(
    settings: Settings, names: Sequence[str], progress: Progress, *, anew: bool = False
) -> Iterator[list[Path]]:
    """The paths of what is named; copies of a bucket's files are gone afterwards.

    An object that has not changed since the lake has loaded it is not fetched again, unless all are wanted
    `anew`. Raises `CallError` for a place that is none, `OutsideError` for a bucket that does not answer.
    """
    from wavehouse.staging.objects import is_object

    objects = [name for name in names if is_object(name)]
    paths = [Path(name) for name in names if name not in objects]
    if not objects:
        yield paths
        return
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.staging.objects import fetch, find_objects
    from wavehouse.staging.seen import SeenFiles
    from wavehouse.store.files_anywhere import FilesAnywhere
    from wavehouse.wiring.parts import buckets_of

    layout = LakeLayout(settings.lake.absolute())
    store = FilesAnywhere(buckets_of(layout))
    found = find_objects(objects, store)
    wanted = found if anew else _not_loaded(layout, found)
    if len(wanted) < len(found):
        progress.note(f"{len(found) - len(wanted)} objects have not changed since they were loaded")
    folder = layout.arriving / uuid.uuid4().hex
    try:
        fetched = fetch(wanted, store, folder, progress) if wanted else []
        yield [*paths, *(one.path for one in fetched)]
        seen = SeenFiles(layout.seen)
        for one in fetched:
            seen.remember_object(one.object, one.looked, one.sha256)
        seen.save()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        # (Where the first run of a lake came to nothing, nothing stays.)
        for place in (layout.arriving, layout.root):
            with contextlib.suppress(OSError):
                place.rmdir()


def _not_loaded(layout: LakeLayout, found: Sequence[StoredFile]) -> list[StoredFile]:
    """The objects that the last publish does not have under their names, as far as one knows unread."""
    from wavehouse.lake.layout import lake_at
    from wavehouse.pipeline.published import last_publish
    from wavehouse.staging.landed_file import name_as_text
    from wavehouse.staging.seen import SeenFiles

    try:
        ledger = last_publish(lake_at(layout.root)).ledger
    except CallError:
        return [*found]
    has = {(file.sha256, file.name) for file in ledger.files}
    seen = SeenFiles(layout.seen)
    return [one for one in found if (seen.sha256_of_object(one), name_as_text(Path(one.location))) not in has]
