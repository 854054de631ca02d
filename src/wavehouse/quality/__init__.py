"""Data quality in DQDL, the rule language of AWS Glue: parsed, compiled to SQL, judged in one pass."""
