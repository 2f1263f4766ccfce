"""What the web and newspapers do to a text, undone. A repair is a function from a text to the changes it asks for."""
