"""Values for pages: the processes that compute them, and the overlays that show them."""
