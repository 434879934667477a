"""How likely an account is being used as a mule's: when it receives, and when it pays."""
