"""What models cost: prices, the ledger of what was spent, and the budget that no run passes. Start with ``spend.py``."""
