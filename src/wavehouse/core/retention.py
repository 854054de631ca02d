"""What `vacuum` keeps where nothing else is said, here and on AWS."""

from __future__ import annotations

# The newest publishes stay in any case; older ones are forgotten after so many days, and files that nobody
# needs go after so many hours.
KEEP, EXPIRE_DAYS, ORPHAN_HOURS = 10, 7, 24
