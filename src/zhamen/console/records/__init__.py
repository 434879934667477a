"""Records of risk, as those who enter and those who check them meet them."""
