"""Waymark as platforms know it: their registrations, deployments, and how new ones come about."""
