"""From a plan to what runs on AWS and back: deploy, compare, look, take away. Needs the extra `aws`."""
