"""The crawler's types beside those of the contracts: on the real files, and each difference by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.crawl.crawling import Crawling
from tests.conftest import Wavehouse

from wavehouse.catalog.contract_types import against_contract
from wavehouse.engines.engine import Engine
from wavehouse.project.contracts import SourceContract


@pytest.mark.real
def test_every_difference_with_the_contracts_of_the_real_files_is_explained(
    wavehouse: Wavehouse, real_data: Path
) -> None:
    assert wavehouse("stage", *sorted(real_data.glob("*.csv"))).code == 0
    document = wavehouse("crawl", "lake/staging", "--dry-run", "--explain", "--json").json
    assert document["problems"] == []
    tables = {table["contract"]: table for table in document["tables"]}
    assert set(tables) == {"albums", "artists", "features", "tracks", "spotify_data"}
    assert {name: table["rows"] for name, table in tables.items()} == {
        "albums": 34_907,
        "artists": 37_194,
        "features": 34_871,
        "tracks": 34_907,
        "spotify_data": 34_907,
    }
    different = {}
    for source, table in tables.items():
        assert table["lacking"] == []
        for column in table["columns"]:
            if column["partition"]:
                continue
            known = column["contract"]
            assert bool(known["why"]) == (known["type"] != column["type"]), (source, column)
            if known["why"]:
                different[source, column["name"]] = (column["type"], known["type"])
    assert different == {
        ("albums", "duration_ms"): ("int", "bigint"),
        ("albums", "release_date"): ("timestamptz", "partial_date"),
        ("artists", "followers"): ("int", "bigint"),
        ("features", "duration_ms"): ("int", "bigint"),
        ("spotify_data", "duration_ms"): ("int", "bigint"),
        ("spotify_data", "followers"): ("int", "bigint"),
        ("spotify_data", "release_date"): ("timestamptz", "partial_date"),
    }


_CONTRACT = SourceContract.model_validate(
    {
        "source": "songs",
        "files": ["songs.csv"],
        "key": ["id"],
        "columns": {
            "id": {"type": "string", "required": True},
            "plays": {"type": "bigint"},
            "score": {"type": "int"},
            "ok": {"type": "boolean"},
            "day": {"type": "partial_date"},
            "zip": {"type": "string"},
            "moment": {"type": "timestamp"},
            "empty": {"type": "double"},
            "word": {"type": "date"},
            "lacking": {"type": "int"},
        },
    }
)


def test_each_difference_has_its_reason(tmp_path: Path, engine: Engine) -> None:
    crawl = Crawling(tmp_path, engine)
    crawl.put(
        "songs.csv",
        "id,plays,score,ok,day,zip,moment,empty,word,other\n"
        "a,1,7,0,2020-01-31,5,2020-01-31 10:00:00Z,,x,1\n"
        "b,2,n/a,1,2020-02-01,6,2020-01-31 11:00:00Z,,y,2\n",
    )
    proposal = crawl(dry_run=True)["raw.landing"].proposal
    assert proposal is not None
    found = against_contract(proposal, {"songs": _CONTRACT})
    assert found is not None
    assert found.lacking == ("lacking",)
    assert {name: known.why for name, known in found.columns.items()} == {
        "id": "",
        "plays": "int holds all values that are here; the contract has room for others",
        "score": "1 of 2 values are not of the type int, the first in songs.csv:3; "
        "a run would keep these rows aside",
        "ok": "0 and 1 are numbers to the crawler; by the contract they are false and true",
        "day": "all values here are of the type date; the contract keeps dates as text, since others have "
        "the year or the month alone",
        "zip": "all values here are of the type int; the contract keeps them as they are written",
        "moment": "all values here are written as a timestamptz; the contract reads them as timestamp",
        "empty": "there are no values here to see a type by; by the contract it is double",
        "word": "no value here is of the type date; a run would keep these rows aside",
        "other": "the contract does not know this column",
    }


def test_files_of_no_source_have_no_contract(tmp_path: Path, engine: Engine) -> None:
    crawl = Crawling(tmp_path, engine)
    crawl.put("x.csv", "name,born\nabba,1972\n")
    proposal = crawl(dry_run=True)["raw.landing"].proposal
    assert proposal is not None
    assert against_contract(proposal, {"songs": _CONTRACT}) is None
