"""What is wrong with a flow, or may turn out so: findings with a code, a place and what to do."""
