"""The data catalog: databases and tables of both kinds, where they are kept, and what is known of them."""
