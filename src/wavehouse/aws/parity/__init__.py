"""The same tables and charts, here and on AWS: held against each other."""
