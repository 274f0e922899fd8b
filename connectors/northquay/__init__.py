"""Northquay Advisory as a source: the made-up firm's systems, in canonical form, with time."""
