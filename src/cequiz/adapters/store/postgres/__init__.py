"""The records in a PostgreSQL database, for many machines at once: the same tables, rules and chains as in a file."""
