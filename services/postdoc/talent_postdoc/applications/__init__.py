"""Applications for stations (设站): conditions as rules, filed at once or reviewed in steps."""
