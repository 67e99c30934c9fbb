"""Signatures over certificates: keys, codes, credentials, status lists, and reading them back."""
