"""The spine: land, read, join, publish; and the record of every run."""
