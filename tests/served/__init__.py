"""Whole servers, as students meet them: killed in the middle, hopped between, and fed with noise."""
