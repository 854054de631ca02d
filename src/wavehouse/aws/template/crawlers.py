"""Crawlers, and classifiers of CSV files, in Glue's words.

https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCrawler.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from wavehouse.aws.deployable import Deployable
from wavehouse.aws.template.intrinsics import Json, Resources, attribute, logical_id, ref, resource, sub
from wavehouse.aws.template.jobs import SECURITY
from wavehouse.aws.template.storage import WAREHOUSE
from wavehouse.aws.template.tables import database_id
from wavehouse.catalog.definition import CrawlerDefinition

_WAREHOUSE = "${warehouse}/"
_DELETE = {"delete": "DELETE_FROM_DATABASE", "deprecate": "DEPRECATE_IN_DATABASE", "log": "LOG"}
_UPDATE = {"update": "UPDATE_IN_DATABASE", "log": "LOG"}
# Of what has changed alone Glue learns by a queue of events; all is looked at instead.
_RECRAWL: Mapping[str, str] = {
    "everything": "CRAWL_EVERYTHING",
    "changed": "CRAWL_EVERYTHING",
    "new-folders": "CRAWL_NEW_FOLDERS_ONLY",
}


def crawlers(project: Deployable) -> Resources:
    """The crawlers whose targets are on AWS, and their classifiers."""
    found: Resources = {}
    reached = reachable(project)
    for name, classifier in project.crawlers.classifiers.items() if reached else ():
        found[logical_id("classifier", name)] = resource(
            "AWS::Glue::Classifier",
            {
                "CsvClassifier": {
                    "Name": project.stage.called(name),
                    "Delimiter": classifier.delimiter,
                    "ContainsHeader": classifier.header,
                    "AllowSingleColumn": classifier.allow_single_column,
                    **({"QuoteSymbol": classifier.quote} if classifier.quote else {}),
                    **({"Header": list(classifier.columns)} if classifier.columns else {}),
                }
            },
        )
    for crawler in reached.values():
        found[crawler_id(crawler.name)] = _crawler(project, crawler)
    return found


def crawler_id(name: str) -> str:
    """The logical id of a crawler."""
    return logical_id("crawler", name)


def reachable(project: Deployable) -> dict[str, CrawlerDefinition]:
    """The crawlers that look at the warehouse or at a bucket; folders of a machine are out of reach."""
    return {
        name: crawler
        for name, crawler in project.crawlers.crawlers.items()
        if crawler.target.startswith((_WAREHOUSE, "s3://"))
    }


def warehouse_prefix(crawler: CrawlerDefinition) -> str | None:
    """What a crawler looks at of the warehouse bucket; None where it looks at another."""
    rest = crawler.target.removeprefix(_WAREHOUSE)
    return None if rest == crawler.target else f"{rest.strip('/')}/"


def _crawler(project: Deployable, crawler: CrawlerDefinition) -> Json:
    inside = warehouse_prefix(crawler)
    path = crawler.target if inside is None else sub(f"s3://${{{WAREHOUSE}}}/{inside}")
    target: Json = {"Path": path}
    if crawler.exclude:
        target["Exclusions"] = list(crawler.exclude)
    if crawler.sample:
        target["SampleSize"] = 1
    once = crawler.recrawl == "new-folders"
    names = project.crawlers.classifiers if crawler.classifiers is None else crawler.classifiers
    properties: Json = {
        "Name": project.stage.called(crawler.name),
        "Role": attribute(logical_id("crawler", crawler.name, "role")),
        "DatabaseName": ref(database_id(crawler.database)),
        "Targets": {"S3Targets": [target]},
        "RecrawlPolicy": {"RecrawlBehavior": _RECRAWL[crawler.recrawl]},
        # (Who looks at new folders alone may change nothing of others: both have to be LOG.)
        "SchemaChangePolicy": {
            "UpdateBehavior": "LOG" if once else _UPDATE[crawler.on_change],
            "DeleteBehavior": "LOG" if once else _DELETE[crawler.on_delete],
        },
        "Configuration": json.dumps(_configuration(crawler), sort_keys=True),
        "CrawlerSecurityConfiguration": ref(SECURITY),
    }
    if crawler.prefix:
        properties["TablePrefix"] = crawler.prefix
    if names:
        properties["Classifiers"] = [ref(logical_id("classifier", name)) for name in names]
    return resource("AWS::Glue::Crawler", properties)


def _configuration(crawler: CrawlerDefinition) -> Json:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html"""
    grouping: Json = {}
    if crawler.single_schema:
        grouping["TableGroupingPolicy"] = "CombineCompatibleSchemas"
    if crawler.table_level is not None:
        grouping["TableLevelConfiguration"] = crawler.table_level
    output: Json = {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}
    if crawler.table_threshold is not None:
        output["Tables"] = {"TableThreshold": crawler.table_threshold}
    return {"Version": 1.0, "CrawlerOutput": output, **({"Grouping": grouping} if grouping else {})}
