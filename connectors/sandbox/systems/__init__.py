"""What each business system holds of the firm, in canonical words and under its own ids."""
