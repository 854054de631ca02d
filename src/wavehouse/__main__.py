"""`python -m wavehouse`."""

from wavehouse.cli import start

if __name__ == "__main__":
    start()
