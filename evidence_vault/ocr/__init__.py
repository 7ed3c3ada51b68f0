"""What a machine reads on an exhibit, and how far it can be relied on."""
