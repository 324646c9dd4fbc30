"""First-level disciplines (一级学科) of the national catalogue: data, the same for everybody."""
