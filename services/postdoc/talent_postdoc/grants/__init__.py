"""Grants (资助): calls, proposals, review, award; the money itself is policy's."""
