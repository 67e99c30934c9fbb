"""The certificate: facts, numbers, awards, providers, and what verification means."""
