"""The bounds of the process that runs ops: its memory, and what is known of it when it ends."""
