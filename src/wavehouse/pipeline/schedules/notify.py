"""How somebody is reached: a command of this machine, or an address of apprise's (extra `alerts`)."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Callable

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.extras import install
from wavehouse.pipeline.schedules.alert_definition import Channel

# Seconds that a command may take.
_LONGEST = 60


def notify(channel: Channel, title: str, body: str, secret: Callable[[str], str | None]) -> None:
    """Tell one channel; raises a `WavehouseError` that says nothing of the address.

    `secret` gives the value of a variable of the environment.
    """
    if channel.command:
        _run(channel, title, body)
        return
    address = secret(channel.address_from)
    if not address:
        raise CallError(
            f"the channel '{channel.name}' has no address",
            remedy=f"Set the variable {channel.address_from} for 'wavehouse serve'",
        )
    try:
        import apprise
    except ImportError as error:
        raise CallError(
            f"the channel '{channel.name}' needs apprise", remedy=f"Install it: {install('alerts')}"
        ) from error
    # (Its own log would have parts of addresses.)
    logging.getLogger("apprise").disabled = True
    sender = apprise.Apprise()
    if not sender.add(address) or not len(sender):
        raise CallError(
            f"what {channel.address_from} has is no address of apprise's",
            remedy="Such as json://host/path, mailto://user:password@host, or those of chats",
        )
    if len(sender) > 1:
        # (Of which one may be reached while another one is not; and the one would be told again and again.)
        raise CallError(
            f"{channel.address_from} has {len(sender)} addresses",
            remedy="Make a channel for each of them",
        )
    if not sender.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
        raise OutsideError(
            f"the channel '{channel.name}' could not be reached",
            remedy=f"Look at the address in {channel.address_from}; it is tried again",
        )


def _run(channel: Channel, title: str, body: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 (the project says what is run)
            [*channel.command],
            # (A name of a file may be no UTF-8; and what a command says is nobody's concern.)
            input=f"{title}\n\n{body}\n".encode("utf-8", "backslashreplace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OutsideError(
            f"the command of the channel '{channel.name}' did not run ({type(error).__name__})"
        ) from error
    if done.returncode:
        raise OutsideError(f"the command of the channel '{channel.name}' ended with {done.returncode}")
