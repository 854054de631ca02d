"""The page of runs: what each did, step by step, and what happens now."""
