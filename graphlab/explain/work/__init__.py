"""Floating point operations of ops and graphs."""
