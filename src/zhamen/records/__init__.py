"""Records of risk: what sources claim, what becomes of it, and how it is answered for."""
