"""What every HTTP face shares: the guard, and how a server starts and ends."""
