"""What is known of any text: its words, sentences, dates and language."""
