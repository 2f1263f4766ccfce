"""From a passage to the words in it that answer."""
