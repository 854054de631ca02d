"""The page of schedules: workflows, when they begin, what they did, and beginning one."""
