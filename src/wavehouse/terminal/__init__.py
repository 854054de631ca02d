"""What a terminal shows: progress, reports, charts."""
