"""Raw text -> canonical text, sentences, words."""
