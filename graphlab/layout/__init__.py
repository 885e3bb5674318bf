"""Views get places: boxes and links in pixels."""
