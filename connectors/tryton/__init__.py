"""Tryton 8, read over its JSON-RPC."""
