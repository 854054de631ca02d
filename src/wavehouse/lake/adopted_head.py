"""The adopted tables of a lake, read without PyIceberg: who made them, and of which folder."""

from __future__ import annotations

from dataclasses import dataclass

from wavehouse.core.table_head import TableHead
from wavehouse.lake.head import LakeHead

# In the summary of a snapshot: the crawl that made it.
CRAWL = "wavehouse.crawl"
# Properties of a table: its crawler, the folder that it is of, what it is called by, and `true` where its
# files are gone.
CRAWLER = "wavehouse.crawler"
FOLDER = "wavehouse.crawled-folder"
CALLED = "wavehouse.called"
DEPRECATED = "wavehouse.deprecated"


@dataclass(frozen=True)
class AdoptedHead:
    """An adopted table as it is."""

    head: TableHead
    crawler: str
    folder: str
    called: str
    deprecated: bool


def adopted_heads(lake: LakeHead) -> list[AdoptedHead]:
    """All adopted tables, sorted by name."""
    found = []
    for head, metadata in lake.tables():
        properties = metadata.get("properties", {})
        if CRAWLER in properties:
            found.append(
                AdoptedHead(
                    head,
                    properties[CRAWLER],
                    properties.get(FOLDER, ""),
                    properties.get(CALLED, ""),
                    properties.get(DEPRECATED) == "true",
                )
            )
    return found
