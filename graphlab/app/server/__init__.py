"""The server: routes, guards, the sources it may show and the scenes it answers with."""
