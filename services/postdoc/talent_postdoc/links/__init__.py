"""Joint recruitment (联合招收) of stations with mobile stations, confirmed by both sides."""
