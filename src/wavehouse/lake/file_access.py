"""How PyIceberg reads and writes the files of a lake."""

from __future__ import annotations

from wavehouse.lake.layout import LakeLayout


def file_access(layout: LakeLayout) -> dict[str, str]:
    """PyIceberg's properties for it."""
    if layout.s3 is None:
        return {"py-io-impl": "wavehouse.lake.synced_io.SyncedFileIO"}
    properties = {
        "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
        "s3.retry-strategy-impl": "wavehouse.store.s3_objects.PatientRetries",
        "s3.endpoint": layout.s3.url,
        "s3.region": layout.s3.region,
    }
    return {name: value for name, value in properties.items() if value}
