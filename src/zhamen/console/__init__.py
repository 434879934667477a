"""Pages for people: the public's query, and the desk of the staff; rendered here, working without scripts."""
