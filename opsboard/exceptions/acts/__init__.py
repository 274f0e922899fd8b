"""What people do to a group. Each act is one POST, one verb, and one sentence in answer."""
