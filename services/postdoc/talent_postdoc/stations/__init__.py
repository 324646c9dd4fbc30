"""Postdoc stations (博士后站): what they are and what happened to them."""
