"""Reviews over HTTP: the work of offices, and what is published for objections (公示).

What a review is stands in the kit; what becomes of a subject, with the noun whose it is.
"""
