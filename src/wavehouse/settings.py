"""Where the project and the lake are, and what computes: the only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

from wavehouse.core.engine_setting import check_engine
from wavehouse.core.errors import CallError
from wavehouse.project.project import nearest_project

DEFAULT_LAKE = "lake"


@dataclass(frozen=True)
class Settings:
    """What a command works on: `project` is a folder with wavehouse.yaml, `lake` a directory.

    `engine` and `spark_master` are '' where nobody has said them: then the project does.
    """

    project: Path
    lake: Path
    engine: str = ""
    spark_master: str = ""


def read_settings(project: str | None = None, lake: str | None = None, engine: str | None = None) -> Settings:
    """Options first, then WAVEHOUSE_PROJECT, WAVEHOUSE_LAKE and WAVEHOUSE_ENGINE, then the nearest project.

    Raises `CallError` for an engine that there is not.
    """
    named = project or os.environ.get("WAVEHOUSE_PROJECT")
    folder = Path(named) if named else nearest_project(Path.cwd()) or builtin_project()
    chosen = engine or os.environ.get("WAVEHOUSE_ENGINE") or ""
    try:
        chosen = chosen and check_engine(chosen)
    except ValueError as error:
        raise CallError(str(error), where="--engine" if engine else "WAVEHOUSE_ENGINE") from None
    return Settings(
        folder,
        lake_path(lake or os.environ.get("WAVEHOUSE_LAKE") or DEFAULT_LAKE),
        chosen,
        os.environ.get("WAVEHOUSE_SPARK_MASTER") or "",
    )


def lake_path(uri: str) -> Path:
    """The directory that a lake's URI names; raises `CallError` for a store that is not covered."""
    scheme = urlparse(uri).scheme if "://" in uri else ""
    if scheme == "file":
        return Path(unquote(urlparse(uri).path))
    if scheme:
        raise CallError(
            f"a lake cannot lie on {scheme}:// yet", where=uri, remedy="Name a directory with --lake"
        )
    return Path(uri)


def bucket_environment() -> dict[str, str]:
    """The variables by which a client of buckets finds its keys, its region and its endpoint."""
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_") or name == "HOME"}


def bucket_endpoint() -> str:
    """The server of buckets that is meant where nothing else is said, '' for AWS itself.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


@dataclass(frozen=True)
class AwsSettings:
    """Which AWS is meant: '' is what AWS's own tools take where nothing is said."""

    region: str
    endpoint: str
    profile: str


def read_aws_settings(region: str | None = None) -> AwsSettings:
    """Options first, then the variables of AWS's own tools."""
    return AwsSettings(
        region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "",
        os.environ.get("AWS_ENDPOINT_URL") or "",
        os.environ.get("AWS_PROFILE") or "",
    )


def java_home() -> str:
    """Where Java is, as far as its own variable says so."""
    return os.environ.get("JAVA_HOME") or ""


def builtin_project() -> Path:
    """The Spotify project that ships with the package (in a checkout: the one at its root)."""
    package = Path(__file__).parent
    shipped = package / "spotify"
    return shipped if shipped.is_dir() else package.parents[1] / "spotify"


def secret(name: str) -> str | None:
    """A variable that a definition names, for what must not stand in a file; None where it is not set."""
    return os.environ.get(name)
