"""The public register of stations (博士后站名录): each one and what became of it."""
