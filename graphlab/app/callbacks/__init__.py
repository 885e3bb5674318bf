"""Dash callbacks: each reads the page's state, calls functions and returns what changes."""
