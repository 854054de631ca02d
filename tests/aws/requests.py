"""A small request that Glue would take, to be spoiled."""

from __future__ import annotations

from typing import Any


def job() -> dict[str, Any]:
    """A whole `CreateJob` request, with a node of most things that shapes can say."""
    return {
        "Name": "songs",
        "Role": "glue",
        "JobMode": "VISUAL",
        "GlueVersion": "5.1",
        "Command": {"Name": "glueetl", "PythonVersion": "3"},
        "WorkerType": "G.1X",
        "NumberOfWorkers": 2,
        "DefaultArguments": {"--job-language": "python"},
        "Tags": {"of": "music"},
        "CodeGenConfigurationNodes": nodes(),
    }


def nodes() -> dict[str, Any]:
    """Songs with their plays, counted."""
    return {
        "songs": {
            "S3CsvSource": {
                "Name": "Songs 𝄞",
                "Paths": ["s3://music/songs/"],
                "Separator": "comma",
                "QuoteChar": "quote",
                "MaxBand": 0,
            }
        },
        "plays": {"S3ParquetSource": {"Name": "Plays", "Paths": ["s3://music/plays/"]}},
        "both": {
            "Join": {
                "Name": "Both",
                "Inputs": ["songs", "plays"],
                "JoinType": "left",
                "Columns": [{"From": "songs", "Keys": [["id"]]}, {"From": "plays", "Keys": [["song"]]}],
            }
        },
        "judged": {
            "EvaluateDataQuality": {
                "Name": "Judge",
                "Inputs": ["both"],
                "Ruleset": "Rules = [ RowCount > 0 ]",
            }
        },
        "counted": {
            "SparkSQL": {
                "Name": "Count",
                "Inputs": ["judged"],
                "SqlQuery": "SELECT id,\n  count(*) AS plays FROM t GROUP BY id",
                "SqlAliases": [{"From": "judged", "Alias": "t"}],
            }
        },
        "summed": {
            "Aggregate": {
                "Name": "Sum",
                "Inputs": ["counted"],
                "Groups": [["id"]],
                "Aggs": [{"Column": ["plays"], "AggFunc": "sum"}],
            }
        },
        "out": {"S3GlueParquetTarget": {"Name": "Out", "Inputs": ["summed"], "Path": "s3://music/out/"}},
    }
