"""The student's screens, each loaded when it is opened."""
