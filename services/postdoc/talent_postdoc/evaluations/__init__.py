"""Evaluation of stations (站点评估): rounds, indicators, grades, publication, what follows."""
