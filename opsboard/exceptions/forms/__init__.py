"""What acts need to know from whoever does them."""
