"""Exports dropped in a folder: CSV or JSON Lines, as firms really exchange them."""
