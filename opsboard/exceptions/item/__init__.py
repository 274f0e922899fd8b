"""The page of a group and of the items that hang on it."""
