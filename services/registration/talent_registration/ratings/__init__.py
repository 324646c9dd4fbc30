"""Ratings (好差评) and surveys of those who were there: counted, and nobody's."""
