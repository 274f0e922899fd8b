"""What judging costs: full and incremental runs, beside bare SQL and the tools people compare with.

The world is time entries and their postings: 1 % never posted, 0.1 % posted twice, 0.1 % with a
wrong amount, and 0.05 % posted without an entry.
"""
