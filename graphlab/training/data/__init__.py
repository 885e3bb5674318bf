"""The data of a training: batches, what does not fit the model, samples for the page."""
