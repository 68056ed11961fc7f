"""Decisions: pure functions over the model's values. No I/O, and times are arguments."""
