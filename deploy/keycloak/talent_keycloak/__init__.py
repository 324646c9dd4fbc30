"""The platform's realm as data, and what brings a Keycloak to it."""
