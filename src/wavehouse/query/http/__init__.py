"""The service over HTTP, in the words of Athena and of S3."""
