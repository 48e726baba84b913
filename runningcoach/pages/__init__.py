"""What pages are made of: layout, cards, charts, and the session they are drawn for."""
