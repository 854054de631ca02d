"""`python -m wavehouse`."""

from wavehouse.cli import main

if __name__ == "__main__":
    main()
