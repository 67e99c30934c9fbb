"""Bank and course files: YAML text in, domain values and problems with their places out.

This room knows YAML, positions and folders. It must not know of the store, of exams in progress or of any screen; what
makes an item good is decided in `cequiz.domain.bank.lint`.
"""
