"""Guests (来宾): seats set aside for them, and invitations that admit one person each."""
