"""What a turn does with findings: items, groups, money, owners, deadlines, and what comes back."""
