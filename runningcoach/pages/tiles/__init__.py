"""The tiles of the pages: records in, a card out. One file for each page."""
