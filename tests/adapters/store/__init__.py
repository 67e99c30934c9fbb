"""The SQLite store: its files, its schema, its chains, its care."""
