"""The visual ETL graph: Glue's nodes as files, compiled to one SQL program."""
