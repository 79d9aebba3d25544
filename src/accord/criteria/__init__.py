"""The four tests: thin adapters from case, packages and worlds to margin, reason and detail."""
