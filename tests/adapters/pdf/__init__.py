"""The press: what is drawn reads back, and nothing else is taken for a certificate."""
