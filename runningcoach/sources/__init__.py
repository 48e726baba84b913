"""The vendors' doors: the only rooms that import a vendor's client or know its addresses."""
