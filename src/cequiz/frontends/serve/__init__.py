"""Many people at once: the student's screens served over lines, in this process; see `session` and `host`."""
