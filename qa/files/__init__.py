"""What is in a file: bytes to text, and places in it."""
