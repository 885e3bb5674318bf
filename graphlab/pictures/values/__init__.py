"""Values that a picture carries: on its boxes and, in the one-file viewer, with sliders."""
