"""The page's parts as Dash components and HTML, without their behaviour."""
