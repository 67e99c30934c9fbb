"""Reports: what a provider is asked for, each a function that returns a `Report`; one file a report.

They read, and change nothing but what batches and statistics keep. How a report is shown, written or printed is
nothing they know.
"""
