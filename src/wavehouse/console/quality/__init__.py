"""The page of quality: verdicts, what they were before, and what was kept aside."""
