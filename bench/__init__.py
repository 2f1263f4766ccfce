"""Benchmarks. Each prints a table; run them with `python -m bench.NAME`."""
