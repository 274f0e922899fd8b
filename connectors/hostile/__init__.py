"""A source that misbehaves on purpose, so that everybody downstream can be tested against one."""
