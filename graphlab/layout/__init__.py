"""View to Scene: boxes and links get positions in pixels."""
