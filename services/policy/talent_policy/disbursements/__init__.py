"""Budgets, the ledger, payments and the bank (资金兑付)."""
