"""Scripts that make what is shipped as package data. Run them with `python -m training.NAME`."""
