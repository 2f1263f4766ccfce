"""What runs in a peer's own environment: one script each, and what they have in common."""
