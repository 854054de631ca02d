"""What a project says of Athena: `athena:` in wavehouse.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wavehouse.project.project import PROJECT_FILE, Project
from wavehouse.project.yaml_file import read_yaml
from wavehouse.query.price import MINIMUM, PRICE_PER_TB, Rates


class AthenaSetting(BaseModel):
    """The price of a terabyte in USD, and the limit of the workgroup in bytes a query (none: null).

    https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
    (BytesScannedCutoffPerQuery)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    price_per_tb: Annotated[float, Field(ge=0, allow_inf_nan=False)] = PRICE_PER_TB
    bytes_scanned_cutoff: Annotated[int, Field(ge=MINIMUM)] | None = None


class _ProjectFile(BaseModel):
    athena: AthenaSetting = AthenaSetting()


def read_rates(project: Project) -> Rates:
    """The rates of a project whose file has `athena:`; raises `DefinitionError` for what is wrong there."""
    file = read_yaml(project.root / PROJECT_FILE)
    setting = file.parse(_ProjectFile).athena
    if setting.bytes_scanned_cutoff is None:
        return Rates(setting.price_per_tb)
    where = file.where(["athena", "bytes_scanned_cutoff"])
    return Rates(setting.price_per_tb, setting.bytes_scanned_cutoff, where)
