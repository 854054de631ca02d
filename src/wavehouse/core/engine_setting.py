"""Which engine runs the pipeline, and where it finds its machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wavehouse.core.suggestions import did_you_mean

ENGINES = ("duckdb", "spark")
THIS_MACHINE = "local[*]"


@dataclass(frozen=True)
class EngineSetting:
    """The engine by its name; for Spark, the master's URL and settings of its own, which win over ours."""

    name: str = "duckdb"
    master: str = THIS_MACHINE
    conf: Mapping[str, str] = field(default_factory=dict)


def check_engine(name: str) -> str:
    """The name of an engine; raises `ValueError` for one that there is not."""
    if name not in ENGINES:
        raise ValueError(f"there is no engine '{name}'. {did_you_mean(name, ENGINES)}")
    return name


def read_engine_setting(engine: Any, spark: Any) -> EngineSetting:
    """From `engine:` and `spark:` of a project file; raises `ValueError` with what is wrong."""
    name = check_engine(str(engine)) if engine is not None else EngineSetting.name
    spark = {} if spark is None else spark
    if not isinstance(spark, Mapping):
        raise ValueError("spark: has keys of its own, as in  spark: {master: 'local[*]'}")
    for key in spark:
        if key not in ("master", "conf"):
            raise ValueError(f"spark: has no '{key}'. {did_you_mean(str(key), ('master', 'conf'))}")
    conf = spark.get("conf") or {}
    if not isinstance(conf, Mapping):
        raise ValueError("spark.conf names settings of Spark, as in  conf: {spark.executor.memory: 4g}")
    return EngineSetting(
        name,
        str(spark.get("master") or THIS_MACHINE),
        {str(key): _text(str(key), value) for key, value in conf.items()},
    )


def _text(key: str, value: object) -> str:
    if not key.startswith("spark."):
        # Spark passes over it without a word.
        raise ValueError(f"spark.conf: '{key}' is no setting of Spark's: their names begin with 'spark.'")
    if key == "spark.master":
        raise ValueError("spark.conf: the master stands beside conf, as in  spark: {master: 'local[*]'}")
    if value is None or isinstance(value, Mapping | list):
        raise ValueError(f"spark.conf: {key} has one value, as in  {key}: 4g")
    return str(value).lower() if isinstance(value, bool) else str(value)
