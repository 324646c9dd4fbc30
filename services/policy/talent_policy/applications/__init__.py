"""Applications for measures and the decisions on them (申报与审核)."""
