"""How fast graphlab is on this machine: `python -m tests.bench`. Measures the real command in headless Chromium."""
