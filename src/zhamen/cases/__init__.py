"""What people do with decisions: alerts, cases, held payments, and the only transition tables."""
