"""Candidacies: doctors apply for positions, units interview and decide."""
