"""What an account did lately: definitions of series and windows, and the kernel that keeps them."""
