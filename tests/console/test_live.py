"""What is said aloud of a job while it goes on."""

from __future__ import annotations

from wavehouse.console.background import Job
from wavehouse.console.elements.live import announced


def test_a_job_is_announced_by_its_state_and_by_the_steps_that_ended_not_by_their_progress() -> None:
    job = Job("A run")
    said: list[str] = []

    def hear() -> None:
        if said[-1:] != [announced(job)]:
            said.append(announced(job))

    hear()
    for name, summary in (("read albums", "37 rows"), ("publish", "")):
        job.started(name)
        for hundredths in range(100):
            job.advanced(name, hundredths / 100)
            hear()
        job.finished(name, summary)
        hear()
    job.state = "done"
    hear()
    assert said == ["A run: running", "read albums: 37 rows", "publish: done", "A run: done"]
