"""The postdoc service: stations, the fellows in them, evaluation, funding."""
