"""Where in AWS's console one sees what was made."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from wavehouse.aws.deploy.clients import Clients
from wavehouse.aws.deploy.stack import Resource

_HOSTS = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}
# By type, after the host; {id} is the physical id.
_PATHS = {
    "AWS::Glue::Job": "gluestudio/home?region={region}#/editor/job/{id}/graph",
    "AWS::Glue::Crawler": "glue/home?region={region}#/v2/data-catalog/crawlers/view/{id}",
    "AWS::Glue::Workflow": "glue/home?region={region}#/v2/etl-configuration/workflows/view/{id}",
    "AWS::Glue::Database": "glue/home?region={region}#/v2/data-catalog/databases/view/{id}",
    "AWS::Athena::WorkGroup": "athena/home?region={region}#/query-editor?workgroup={id}",
    "AWS::S3::Bucket": "s3/buckets/{id}?region={region}",
    "AWS::QuickSight::Dashboard": "https://{region}.quicksight.aws.amazon.com/sn/dashboards/{id}",
}


def console_links(clients: Clients, stack_id: str, resources: Iterable[Resource]) -> dict[str, str]:
    """A link for the stack and for each resource that has a page, by the resource's name in the template."""
    host = f"{clients.where}.{_HOSTS.get(clients.partition, 'console.aws.amazon.com')}"
    stack = f"cloudformation/home?region={clients.where}#/stacks/stackinfo?stackId={quote(stack_id, safe='')}"
    links = {"Stack": f"https://{host}/{stack}"}
    for one in resources:
        if path := _PATHS.get(one.type):
            id_ = one.physical.rpartition("|")[2] if "QuickSight" in one.type else one.physical
            found = path.format(region=clients.where, id=quote(id_, safe=""))
            links[one.logical] = found if found.startswith("https://") else f"https://{host}/{found}"
    return links
