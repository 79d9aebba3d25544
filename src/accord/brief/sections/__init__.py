"""The sections of a brief, one module a subject; each is a function of the desk."""
