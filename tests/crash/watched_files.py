"""Files, as Python's own functions make, write, move and remove them below the lake."""

from __future__ import annotations

import builtins
import io
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.crash.points import Watch

Patch = tuple[object, str, object]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class FileCalls:
    """The functions of `os` and `open`, each telling the watch first."""

    def __init__(self, root: Path, watch: Watch) -> None:
        self._root = f"{root.absolute()}{os.sep}"
        self._watch = watch
        self._paths: dict[int, str] = {}  # by descriptor, of files that Python opened
        self._made: set[str] = set()
        self._lock = threading.Lock()
        self._open, self._os_open, self._fsync = io.open, os.open, os.fsync

    def patches(self) -> list[Patch]:
        """What takes whose place."""
        opened = self._opened
        one_path = [(os, name, self._on_path(name)) for name in ("unlink", "remove", "rmdir", "mkdir")]
        two_paths = [(os, name, self._moved(name)) for name in ("rename", "replace")]
        return [
            *one_path,
            *two_paths,
            (os, "open", self._opened_descriptor),
            (os, "fsync", self._synced),
            (io, "open", opened),
            (builtins, "open", opened),
        ]

    def _below(self, path: object, dir_fd: int | None = None) -> str | None:
        """`path` relative to the lake; None for one elsewhere."""
        if isinstance(path, int) or not isinstance(path, str | os.PathLike):
            return None
        text = os.fspath(path)
        if not isinstance(text, str):
            return None
        if dir_fd is not None:
            text = f"{self._paths.get(dir_fd, '')}/{text}"
        whole = os.path.abspath(text)  # noqa: PTH100  # (links must not be followed)
        if not f"{whole}{os.sep}".startswith(self._root):
            return None
        return whole[len(self._root) :] or "."

    def _on_path(self, name: str) -> Callable[..., Any]:
        original = getattr(os, name)

        def called(path: Any, *args: Any, **kwargs: Any) -> Any:
            below = self._below(path, kwargs.get("dir_fd"))
            if below and (self._makes(below) if name == "mkdir" else self._is_there(below)):
                self._watch.reached(f"{below}: {name}", str(path), grows=name == "mkdir")
                if name == "rmdir":
                    self._made.discard(below)
            return original(path, *args, **kwargs)

        return called

    def _is_there(self, below: str) -> bool:
        return os.path.lexists(Path(self._root, below))

    def _makes(self, below: str) -> bool:
        """Whether a call makes this folder: two threads may want to at the same time."""
        with self._lock:
            if below in self._made or self._is_there(below) or not Path(self._root, below).parent.exists():
                return False
            self._made.add(below)
            return True

    def _moved(self, name: str) -> Callable[..., Any]:
        original = getattr(os, name)

        def called(source: Any, target: Any, *args: Any, **kwargs: Any) -> Any:
            if below := self._below(target):
                self._watch.reached(f"{below}: rename", str(source), grows=False)
            return original(source, target, *args, **kwargs)

        return called

    def _opened_descriptor(self, path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        below = self._below(path, kwargs.get("dir_fd"))
        if below and flags & _WRITING:
            self._watch.reached(f"{below}: open", str(path))
        descriptor = self._os_open(path, flags, *args, **kwargs)
        if below:
            self._paths[descriptor] = f"{self._root}{below}"
        return descriptor

    def _synced(self, file: Any) -> None:
        descriptor = file if isinstance(file, int) else file.fileno()
        path = self._paths.get(descriptor)
        if path and (below := self._below(path)):
            kind = "fsync of the folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "fsync"
            self._watch.reached(f"{below}: {kind}", path)
        self._fsync(descriptor)

    def _opened(self, path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        below = self._below(path)
        if not below or not set(mode) & set("wax+"):
            return self._open(path, mode, *args, **kwargs)
        self._watch.reached(f"{below}: create", str(path))
        file = WatchedFile(self._open(path, mode, *args, **kwargs), below, self._watch)
        self._paths[file.fileno()] = f"{self._root}{below}"
        return file


class WatchedFile:
    """A file that is written: each write can be torn, by half of what was to be written being there."""

    def __init__(self, file: Any, name: str, watch: Watch) -> None:
        self._file = file
        self._name = name
        self._watch = watch
        self._closed = False

    def write(self, data: Any) -> Any:
        """Write, or half of it."""

        def half() -> None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()

        self._watch.reached(f"{self._name}: write", self._name, half=half)
        return self._file.write(data)

    def close(self) -> None:
        """Close; what could not be written is known here at the latest."""
        if self._closed:
            return
        self._closed = True
        try:
            self._watch.reached(f"{self._name}: close", self._name)
        finally:
            self._file.close()

    def __enter__(self) -> WatchedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
