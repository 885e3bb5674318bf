"""Damaged model files: `python -m tests.fuzz --count 100000 --jobs 2` reads them and prints what became of them."""
