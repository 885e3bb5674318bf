"""What the process answers to the terminal: values as a table, and values for a picture."""
