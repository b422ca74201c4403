"""Sources -> an answer whose every sentence is proven."""
