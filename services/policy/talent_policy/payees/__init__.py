"""Where money goes: the accounts of talents and employers (收款账户)."""
