"""The student's terminal UI: translates keys and text, decides nothing.

Only this package imports Textual. Everything that takes longer than a repaint happens in a thread: reads in any,
writes in the one that the app owns.
"""
