"""Keys and the signed notes made with them."""
