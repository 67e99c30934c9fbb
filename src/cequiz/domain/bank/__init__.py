"""Banks and courses: what a provider writes, as values that can be trusted.

This room describes the fields, the marking of each question type and the rules of good items. It must not know of
files, YAML, positions in a text, clocks or screens. Pydantic is the one library allowed here: it is the schema.
"""
