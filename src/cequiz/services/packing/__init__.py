"""The audit pack: one file with everything a board asks for, which anybody can verify without cequiz."""
