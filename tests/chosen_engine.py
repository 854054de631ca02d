"""The engine that the behaviour tests run the pipeline with: `pytest --engine spark` runs them with Spark."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from wavehouse.engines.engine import Engine
from wavehouse.store.object_store import S3Endpoint
from wavehouse.wiring import parts

Name = Literal["duckdb", "spark"]


class Chosen:
    """Which it is; the command line says so, and a test that runs with both says it for itself."""

    name: Name = "duckdb"


def open_engine(scratch: Path, s3: S3Endpoint | None = None) -> Engine:
    """An engine of that kind. (Questions are asked of DuckDB, whoever has written what they are about.)"""
    if Chosen.name == "duckdb":
        return parts.open_engine(scratch, s3)
    from tests.spark_session import spark_engine

    return spark_engine(scratch, s3)
