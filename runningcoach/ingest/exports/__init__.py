"""Tables of account exports: descriptions, nights and days."""
