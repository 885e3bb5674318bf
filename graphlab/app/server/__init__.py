"""The server: routes, guards, the sources that it may show and the scenes that it sends."""
