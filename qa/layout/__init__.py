"""How a page is laid out: its articles, and what lines of it are."""
