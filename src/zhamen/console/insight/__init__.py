"""Pages on what is known: decisions, accounts and customers, the dashboard, the system's health."""
