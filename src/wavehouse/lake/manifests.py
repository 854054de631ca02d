"""The manifests of a snapshot and the data files that they name, read by PyIceberg from any store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyiceberg.io import FileIO, InputFile, InputStream, OutputFile
from pyiceberg.manifest import DataFile, ManifestContent, ManifestFile, read_manifest_list

from wavehouse.core.errors import OutsideError, WavehouseError, in_words
from wavehouse.lake.head import plain_location
from wavehouse.store.object_store import ObjectStore


@dataclass(frozen=True)
class LiveFile:
    """A data file of a snapshot, and the id of the partition spec that it was written by."""

    file: DataFile
    spec: int


def manifests_of(files: ObjectStore, snapshot: dict[str, Any]) -> list[ManifestFile]:
    """The manifests of a snapshot (Iceberg's JSON); raises `OutsideError` where they cannot be read."""
    location = snapshot.get("manifest-list")
    if location is None:
        raise OutsideError("a snapshot without a list of manifests (of Iceberg's first version) is not read")
    return list(_read(location, lambda: [*read_manifest_list(_Stored(files).new_input(location))]))


def live_files(files: ObjectStore, manifests: list[ManifestFile]) -> Iterator[LiveFile]:
    """The data files that manifests name and that are not deleted; those of deleted rows are none."""
    for manifest in manifests:
        if manifest.content == ManifestContent.DATA:
            entries = _read(
                manifest.manifest_path, lambda one=manifest: one.fetch_manifest_entry(_Stored(files))
            )
            yield from (LiveFile(entry.data_file, manifest.partition_spec_id) for entry in entries)


def has_deleted_rows(manifests: list[ManifestFile]) -> bool:
    """Whether there are files of deleted rows."""
    return any(manifest.content == ManifestContent.DELETES for manifest in manifests)


def _read(location: str, work: Any) -> Any:
    try:
        return work()
    except WavehouseError:
        raise
    except OSError as error:
        raise in_words(error, plain_location(location)) from error
    except Exception as error:  # (Of damaged Avro anything may come.)
        raise OutsideError(
            f"the table's metadata cannot be read ({type(error).__name__}: {error})",
            where=plain_location(location),
            remedy="Restore the files of the table's metadata folder from a backup",
        ) from error


class _Stored(FileIO):
    """The files of a store, to read, as PyIceberg takes them."""

    def __init__(self, files: ObjectStore) -> None:
        super().__init__()
        self._files = files

    def new_input(self, location: str) -> InputFile:
        return _StoredFile(location, self._files)

    def new_output(self, location: str) -> OutputFile:
        raise NotImplementedError

    def delete(self, location: str | InputFile | OutputFile) -> None:
        raise NotImplementedError


class _StoredFile(InputFile):
    def __init__(self, location: str, files: ObjectStore) -> None:
        super().__init__(location)
        self._files = files

    def __len__(self) -> int:
        return len(self._files.read(plain_location(self.location)))

    def exists(self) -> bool:
        return True

    def open(self, seekable: bool = True) -> InputStream:  # noqa: ARG002
        return BytesIO(self._files.read(plain_location(self.location)))
