"""The screens of the office, each loaded when it is opened."""
