"""Data quality in DQDL, the rule language of AWS Glue Data Quality: parsed, compiled to SQL, judged in one pass."""
