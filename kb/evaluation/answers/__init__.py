"""Questions whose answers are known -> how well a model answers them, and the card that says so."""
