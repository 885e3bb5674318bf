"""The graphlab command."""
