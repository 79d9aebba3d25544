"""Exploring: when does a package work, and what is the best one."""
