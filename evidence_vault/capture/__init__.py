"""What a machine can observe of an attempt: files, pictures, environment."""
