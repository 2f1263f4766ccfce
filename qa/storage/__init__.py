"""What the passage index is made of."""
