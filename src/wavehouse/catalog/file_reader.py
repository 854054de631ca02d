"""Reads one file after the other: what it is, its columns, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from wavehouse.catalog.classifiers import CsvClassifier
from wavehouse.catalog.csv_columns import HEAD_BYTES, read_csv_columns
from wavehouse.catalog.csv_form import Header
from wavehouse.catalog.footer import Footer
from wavehouse.catalog.footers import footers
from wavehouse.catalog.formats import Found, NotCoveredError, recognise, text_format
from wavehouse.catalog.json_columns import read_json_columns
from wavehouse.catalog.plain_copy import plain_copy
from wavehouse.catalog.read_file import Form, Problem, ReadFile
from wavehouse.catalog.tree import Tree, TreeFile
from wavehouse.core.errors import RejectedError, WavehouseError
from wavehouse.core.printable import printable
from wavehouse.engines.engine import Engine
from wavehouse.store.object_store import ObjectStore

T = TypeVar("T")

# By which Athena, and engines, know how a text is compressed:
# https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
_ENDINGS = {"gz": ".gz", "zst": ".zst"}


@dataclass
class FileReader:
    """Reads the files of a tree; `engine` makes an engine when the first text file comes.

    With `sample` only the first records of texts are read. `headers` are those that other files have.
    """

    tree: Tree
    store: ObjectStore
    engine: Callable[[], Engine]
    scratch: Path
    classifiers: Sequence[CsvClassifier] = ()
    sample: bool = False
    headers: Collection[Header] = ()
    _known: dict[object, object] = field(default_factory=dict)

    def read(self, file: TreeFile) -> ReadFile | Problem:
        """What a file is; a problem where no table can be made of it."""
        try:
            return self._read(file) if file.size else Problem(file.path, "empty", "it is empty")
        except NotCoveredError as error:
            kind, what = "not covered", f"it is {error}"
        except RejectedError as error:
            kind, what = "damaged", error.what
        except OSError as error:
            kind, what = "unreadable", f"it cannot be read ({(error.strerror or str(error)).lower()})"
        except WavehouseError:
            raise
        except Exception as error:
            # Whatever a library makes of a file that somebody else has written: the others are crawled.
            said = printable(str(error))[:200] or "nothing more is said"
            kind, what = "damaged", f"it cannot be read ({type(error).__name__}: {said})"
        return Problem(file.path, kind, what)

    def _read(self, file: TreeFile) -> ReadFile | Problem:
        with self.store.opened(self.tree.location(file.path)) as opened:
            found = recognise(opened, file.size)
            if found == "parquet":
                return self._parquet(file, footers().read(opened, file.size))
        misnamed = _misnamed(file.path, found)
        return Problem(file.path, "ending", misnamed) if misnamed else self._text(file, found)

    def _parquet(self, file: TreeFile, footer: Footer) -> ReadFile:
        if not footer.columns:
            raise RejectedError("it has no column that a table can hold")
        return ReadFile(
            file.path,
            file.size,
            file.modified,
            self._shared(Form("parquet")),
            self._shared(footer.columns),
            footer.rows,
            obstacles=self._shared(footer.obstacles),
            notes=self._shared(footer.notes),
        )

    def _text(self, file: TreeFile, found: Found) -> ReadFile:
        packed = found if found in ("gz", "zst") else ""
        location = self.tree.location(file.path)
        with plain_copy(location, self.store, packed, self.scratch, sample=self.sample) as path:
            with path.open("rb") as opened:
                head = opened.read(HEAD_BYTES)
            if not head.strip():
                raise RejectedError("nothing but blanks stands in it")
            if text_format(head) == "json":
                json = read_json_columns(path, file.path, self.engine())
                form, columns, censuses, rows = Form("json", packed), json.columns, json.censuses, json.rows
                notes = json.notes
            else:
                read = read_csv_columns(path, file.path, self.engine(), self.classifiers, self.headers)
                form = Form("csv", packed, read.form.reading)
                columns, censuses, rows, notes = read.columns, read.censuses, read.rows, (read.form.why,)
        if not columns:
            raise RejectedError("its objects have no keys")
        return ReadFile(
            file.path,
            file.size,
            file.modified,
            self._shared(form),
            self._shared(columns),
            None if self.sample else rows,
            censuses,
            notes=self._shared(notes),
        )

    def _shared(self, value: T) -> T:
        """The same value again, so that ten thousand files of one schema hold it once."""
        return self._known.setdefault(value, value)  # type: ignore[return-value]


def _misnamed(path: str, found: Found) -> str:
    """Why readers, who go by the name, could not read a text; '' where they can."""
    told = next((packed for packed, ending in _ENDINGS.items() if path.endswith(ending)), "plain")
    if told == found:
        return ""
    if found == "plain":
        return f"its name ends in {_ENDINGS[told]} and it is not compressed so; readers go by the name"
    return f"it is compressed, and its name does not end in {_ENDINGS[found]}; readers go by the name"
