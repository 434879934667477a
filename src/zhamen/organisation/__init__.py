"""Who is who in the bank, and may do what: units and their tree, roles and their permissions, who acts."""
