"""What a project costs on AWS in a month, as far as it can be known before anything runs there.

Prices are those of us-east-1, in USD, without any free tier; each names the page that it is from. Other
regions differ by up to a half. How long a job takes is worked out from what a row costs Spark
(docs/scaling.md), which was measured on two processors of another machine: it is an estimate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wavehouse.core.byte_sizes import size
from wavehouse.query.price import billed

# https://aws.amazon.com/glue/pricing/ (a job: by the second, at least one minute; a crawler: at least ten)
_DPU_HOUR = 0.44
_LEAST_JOB, _LEAST_CRAWL = 60.0, 600.0
# Two workers of G.1X are two DPUs; of a crawler the page's own example has two.
_JOB_DPUS, _CRAWL_DPUS = 2, 2
# A DPU has four virtual processors, each a thread of a processor's two.
_PROCESSORS_PER_DPU = 4
# Until Spark is there, and for each row (docs/scaling.md): seconds of a processor.
_START, _ROW = 64.0, 275e-6
# https://aws.amazon.com/s3/pricing/ (standard, a gigabyte of 2^30 bytes a month)
_GB_MONTH, _GB = 0.023, 2**30
# https://aws.amazon.com/kms/pricing/ , https://aws.amazon.com/cloudwatch/pricing/
_KEY, _ALARM = 1.0, 0.10
# https://aws.amazon.com/quicksight/pricing/ (Enterprise: author and reader a month)
_AUTHOR, _READER = 24.0, 3.0
# Bytes of a row in Parquet and in CSV, where no lake tells (docs/scaling.md).
PARQUET_ROW, CSV_ROW = 68, 917


@dataclass(frozen=True)
class Load:
    """What happens in a month. `rows` and bytes are those of all tables and files together.

    `queries` has the bytes that each saved query scans; each is run `query_runs` times.
    """

    rows: int
    table_bytes: int
    file_bytes: int
    runs: int
    jobs: int
    crawls: int
    queries: Mapping[str, int]
    query_runs: int
    alarms: int
    authors: int = 0
    readers: int = 0


@dataclass(frozen=True)
class CostLine:
    """One line of the estimate: what is paid for, how much of it, and USD a month."""

    what: str
    how: str
    usd: float


def monthly(load: Load, price_per_tb: float) -> list[CostLine]:
    """The lines of a month, in the order in which rows go through the system."""
    return [*_lines(load, price_per_tb)]


def job_seconds(rows: int) -> float:
    """How long one run of a job takes that reads so many rows."""
    return max(_LEAST_JOB, (_START + _ROW * rows) / (_JOB_DPUS * _PROCESSORS_PER_DPU))


def _lines(load: Load, price_per_tb: float) -> Iterator[CostLine]:
    seconds = job_seconds(load.rows)
    runs = load.runs * load.jobs
    yield CostLine(
        "Glue jobs",
        f"{runs} runs of about {seconds:.0f} s on {_JOB_DPUS} DPUs",
        runs * _JOB_DPUS * seconds / 3600 * _DPU_HOUR,
    )
    yield CostLine(
        "Glue crawlers",
        f"{load.crawls} crawls, billed as 10 minutes on {_CRAWL_DPUS} DPUs",
        load.crawls * _CRAWL_DPUS * _LEAST_CRAWL / 3600 * _DPU_HOUR,
    )
    stored = (load.table_bytes + load.file_bytes) / _GB
    yield CostLine("S3", f"{stored:.2f} GB of files and tables", stored * _GB_MONTH)
    scanned = sum(billed(each) for each in load.queries.values()) * load.query_runs
    yield CostLine(
        "Athena",
        f"{len(load.queries)} saved queries, {load.query_runs} times each: {size(scanned)} billed",
        scanned / 1e12 * price_per_tb,
    )
    yield CostLine("KMS and alarms", f"1 key, {load.alarms} alarms", _KEY + load.alarms * _ALARM)
    if load.authors or load.readers:
        yield CostLine(
            "QuickSight",
            f"{load.authors} authors, {load.readers} readers",
            load.authors * _AUTHOR + load.readers * _READER,
        )


def total(lines: Sequence[CostLine]) -> float:
    """USD a month."""
    return sum(line.usd for line in lines)
