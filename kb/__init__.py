"""A knowledge base that shows the exact words that prove each sentence."""
