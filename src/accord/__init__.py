"""accord: design and stress-test agreements that must be wanted, delivered, believed and kept."""
