"""A simulated payment provider (收银): people pay a merchant's orders here, and get money back."""
