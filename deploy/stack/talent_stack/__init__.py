"""The platform on real Kafka, Keycloak and PostgreSQL, as processes of one machine."""
