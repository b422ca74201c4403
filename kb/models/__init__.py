"""A model name -> a model that runs on this machine."""
