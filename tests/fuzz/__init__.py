"""Damaged model files: `python -m tests.fuzz --minutes 10` tries as many as it can and prints what became of them."""
