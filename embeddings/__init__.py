"""Text to vector to neighbour. This package has never heard of a document."""
