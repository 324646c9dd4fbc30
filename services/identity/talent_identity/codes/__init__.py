"""The talent's code: issued, shown as text and picture, verified online."""
