"""Lists without an end: the newest are shown, and more to whoever asks."""

from __future__ import annotations

from nicegui import ui
from tests.console.headless import click, in_a_page

from wavehouse.console.elements.plain_table import table
from wavehouse.console.shell import Frame


def test_of_a_long_table_the_first_rows_are_there_and_others_come_when_asked_for() -> None:
    async def built(frame: Frame) -> list[int]:
        table(["n"], [[number] for number in range(250)])
        counts = []
        while True:
            inside = list(frame.client.content.descendants())
            counts.append(sum(one.tag == "tr" for one in inside) - 1)
            more = [one for one in inside if isinstance(one, ui.button)]
            if not more:
                return counts
            assert more[0].text == f"{250 - counts[-1]} more"
            await click(more[0])

    assert in_a_page(built) == [100, 200, 250]
