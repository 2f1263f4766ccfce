"""Every door: command line, HTTP, page. No ranking logic lives here."""
