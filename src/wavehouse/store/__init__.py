"""Where bytes live: hashes, syncing and atomic writes."""
