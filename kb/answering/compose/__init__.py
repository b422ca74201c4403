"""Sources and a language model -> sentences that the sources prove."""
