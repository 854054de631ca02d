"""Names that are none of data, to all that read folders of files."""

from __future__ import annotations


def is_hidden(name: str) -> bool:
    """Whether a file or folder of that name is passed over.

    As by Hadoop's readers (`FileInputFormat`) and by Athena
    (https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html).
    """
    return name.startswith(("_", "."))
