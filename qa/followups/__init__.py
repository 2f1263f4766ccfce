"""Questions that lean on those before them."""
