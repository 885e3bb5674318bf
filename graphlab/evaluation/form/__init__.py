"""What the page's form for a graph's inputs is made of, and how a filled-in field becomes a tensor."""
