"""The records of cequiz in a database: rows, engine, chains, migrations, care.

This package imports nothing by itself, so that `glance` can be had without the weight of SQLModel.
"""
