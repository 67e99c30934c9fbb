"""bank_files."""
