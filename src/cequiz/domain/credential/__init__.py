"""credential."""
