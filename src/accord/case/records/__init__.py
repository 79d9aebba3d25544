"""The records an analyst writes: frozen, validated, one module a subject."""
