"""What a model answered, checked by code: its figures and what it cites."""
