"""The process of `wavehouse`, and of `python -m wavehouse`."""

import signal
from typing import NoReturn


def start() -> NoReturn:
    """Run the command line. Ctrl-C while it is being imported ends it at once: nothing has begun."""
    before = signal.getsignal(signal.SIGINT)
    # (Of what a script has put into the background it ends nothing.)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from wavehouse.cli import start

    signal.signal(signal.SIGINT, before)
    start()


if __name__ == "__main__":
    start()
