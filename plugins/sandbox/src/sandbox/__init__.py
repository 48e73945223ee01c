"""A small company that does not exist, and the services it is seen through."""
