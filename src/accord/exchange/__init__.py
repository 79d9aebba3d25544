"""Cases from other tools' negotiations, and negotiations for other tools from cases."""
