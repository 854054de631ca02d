"""The yardstick of the Spark engine: PySpark as somebody writes it for these four files and nothing else.

It does what a run does to rows: reads the files, keeps misfits and rows that fail a rule aside, takes one
row of each key, joins, and writes the sources, the rows kept aside and the joined table as Parquet.
"""

from __future__ import annotations

import sys
import warnings
from functools import reduce
from pathlib import Path

warnings.simplefilter("ignore")

from pyspark.sql import Column, DataFrame, SparkSession  # noqa: E402
from pyspark.sql import functions as f  # noqa: E402

_KEYS = {"album": ["album_id", "track_id"], "artist": ["id"], "tracks": ["id"], "features": ["id"]}
_NUMBERS = {
    "album": {
        "track_number": "int",
        "duration_ms": "bigint",
        "total_tracks": "int",
        "album_popularity": "int",
    },
    "artist": {"artist_popularity": "int", "followers": "bigint"},
    "tracks": {"track_popularity": "int"},
    "features": {
        **dict.fromkeys(
            ("danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness"),
            "double",
        ),
        **dict.fromkeys(("liveness", "valence", "tempo"), "double"),
        **dict.fromkeys(("key", "mode", "time_signature"), "int"),
    },
}
_WITHIN_100 = ("album_popularity", "artist_popularity", "track_popularity")
_WITHIN_1 = (
    "danceability",
    "energy",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
)


def main(files: str, target: str, master: str = "local[2]") -> None:
    """Run it once."""
    spark = (
        SparkSession.builder.master(master)
        .config("spark.driver.memory", "2g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.parquet.compression.codec", "zstd")
        .getOrCreate()
    )
    good = {name: _source(spark, files, name, target) for name in _KEYS}
    artists = good["artist"].select(
        f.col("id").alias("artist_id"), f.col("name").alias("artist_name"), "artist_popularity", "followers",
        f.col("artist_genres"),
    )  # fmt: skip
    albums = good["album"].join(artists.select("artist_id"), "artist_id", "left_semi")
    day = f.to_date(f.substring(f.concat("release_date", f.lit("-01-01")), 1, 10))
    joined = (
        albums.join(artists, "artist_id")
        .join(good["tracks"].withColumnRenamed("id", "track_id"), "track_id")
        .join(good["features"].drop("duration_ms").withColumnRenamed("id", "track_id"), "track_id", "left")
        .withColumn("release_date", day)
        .withColumn("release_decade", (f.floor(f.year(day) / 10) * 10).cast("int"))
        .withColumn("_p", f.col("release_decade"))
    )
    rows = joined.repartition("_p").sortWithinPartitions("_p", "artist_id")
    rows.write.partitionBy("_p").parquet(f"{target}/joined")
    spark.stop()


def _source(spark: SparkSession, files: str, name: str, target: str) -> DataFrame:
    read = spark.read.option("header", "true").option("multiLine", "true").option("escape", '"')
    rows = read.csv(str(Path(files) / f"{name}.csv"))
    numbers = _NUMBERS[name]
    typed = rows.select(*(f.col(c).cast(numbers.get(c, "string")).alias(c) for c in rows.columns))
    bounds = [(c, 0, 100) for c in _WITHIN_100] + [(c, 0, 1) for c in _WITHIN_1]
    passes: list[Column] = [
        f.coalesce(f.col(c).between(low, high), f.lit(False)) for c, low, high in bounds if c in numbers
    ]
    passes += [f.length(f.trim(key)) == 22 for key in _KEYS[name]]
    verdict = f.coalesce(reduce(Column.__and__, passes), f.lit(False))
    judged = typed.withColumn("ok", verdict)
    judged.where("NOT ok").drop("ok").write.parquet(f"{target}/aside-{name}")
    judged.where("ok").drop("ok").dropDuplicates(_KEYS[name]).write.parquet(f"{target}/{name}")
    return spark.read.parquet(f"{target}/{name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
