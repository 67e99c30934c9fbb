"""Widgets of the house: they show what they are given and say what was pressed; they know no service."""
