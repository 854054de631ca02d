"""The node that is a query."""

from __future__ import annotations

from pydantic import model_validator

from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.nodes.node import Fields, GlueSchema, ManyInputs, Node, NodeId, Text


class SqlAlias(Fields):
    """The table name by which a `SparkSQL` query calls one of its inputs."""

    From: NodeId
    Alias: Text


class SparkSQL(Node):
    """A query in Spark SQL over the inputs."""

    Inputs: ManyInputs
    SqlQuery: str
    SqlAliases: list[SqlAlias]
    OutputSchemas: list[GlueSchema] | None = None

    @model_validator(mode="after")
    def _aliases_of_inputs(self) -> SparkSQL:
        for alias in self.SqlAliases:
            if alias.From not in self.Inputs:
                raise ValueError(
                    f"the alias '{alias.Alias}' is From '{alias.From}', which is none of the Inputs. "
                    f"{did_you_mean(alias.From, self.Inputs)}"
                )
        return self
