"""Labelled screenshots of invented booking pages, to measure how pictures are read: a tool of development."""
