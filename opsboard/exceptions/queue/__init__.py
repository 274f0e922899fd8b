"""The queue: one row per cause, narrowed by a sentence, page by page."""
