"""Readers and writers of other tools' negotiations: Genius, GeniusWeb, NegMAS, KTAB.

``read`` decides by content which reader a file wants; ``negotiation`` holds what they all make.
Mistakes come all at once, with their places; what a file holds and nobody uses is told.
"""
