"""Payments (支付): what the provider says of orders, refunds until they are made, and comparing."""
