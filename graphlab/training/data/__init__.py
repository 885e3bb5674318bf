"""The data that a training reads: batches, what does not fit the model, samples for the page."""
