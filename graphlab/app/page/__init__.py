"""The page's parts as Dash components and HTML. Knows nothing about how they behave."""
