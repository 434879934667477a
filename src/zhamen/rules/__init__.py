"""An expert's suspicion as a rule: a sentence, an expression, and what became of it on an event."""
