"""What this service holds of a talent, shown to them and taken along."""
