"""Who may decide what was asked: limits, tiers, and duties that are kept apart."""
