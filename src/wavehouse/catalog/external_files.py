"""The files of an external table, as they are when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from wavehouse.core.data_catalog import CatalogTable, Partition, PartitionValues
from wavehouse.core.errors import in_words
from wavehouse.core.hidden_names import is_hidden
from wavehouse.core.table_head import ExternalFile
from wavehouse.store.object_store import ObjectStore


def external_files(
    store: ObjectStore,
    table: CatalogTable,
    partitions: Iterable[Partition],
    wanted: Callable[[PartitionValues], bool],
) -> Iterator[ExternalFile]:
    """The files with data of the partitions that are `wanted`; of the whole folder, where there are no keys.

    As for Athena, these are all files below a folder but those with a name, or a folder on their way, that
    begins with `_` or `.`. A folder that is gone has no files. Raises `OutsideError` where one cannot be
    listed.
    """
    folders: Iterable[tuple[str, PartitionValues]] = [(table.location, ())]
    if table.partition_by:
        folders = [(one.location, one.values) for one in partitions if wanted(one.values)]
    left_out = {f"{table.location.rstrip('/')}/{path}" for path in table.left_out}
    for folder, values in folders:
        root = folder.rstrip("/")
        try:
            for file in store.files(root):
                names = file.location.removeprefix(f"{root}/").split("/")
                hidden = any(map(is_hidden, names))
                if file.size and not hidden and file.location not in left_out:
                    yield ExternalFile(file.location, file.size, values)
        except OSError as error:
            raise in_words(error, folder) from error
