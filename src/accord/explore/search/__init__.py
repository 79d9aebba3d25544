"""The best packages of the whole space of a case, with a proof (MODELS, sections 5 and 6)."""
