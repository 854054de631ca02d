"""Statements of others in processes of their own, with limits that hold."""
