"""Files of stations, candidates, fellows and grants: who may attach and read them."""
