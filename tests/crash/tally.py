"""How many random kills there have been, over as many calls as it takes: one JSON file that is added to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Round:
    """One lake: the seed of its batches, kills, runs that came to their end, and what readers saw."""

    seed: int
    kills: int
    runs: int
    sightings: int


class Tally:
    """The rounds so far; each is kept as soon as it is over."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.rounds: list[Round] = []
        if path and path.is_file():
            self.rounds = [Round(**one) for one in json.loads(path.read_text("utf-8"))["rounds"]]

    @property
    def kills(self) -> int:
        """How many there have been."""
        return sum(one.kills for one in self.rounds)

    def add(self, one: Round) -> None:
        """Keep a round."""
        self.rounds.append(one)
        if self._path:
            written = {"kills": self.kills, "rounds": [asdict(each) for each in self.rounds]}
            aside = self._path.with_suffix(".part")
            aside.write_text(json.dumps(written, indent=1), encoding="utf-8")
            aside.replace(self._path)
