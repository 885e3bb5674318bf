"""Files to graphs and graphs to files, one format a module."""
