"""The project on AWS: requests, held against the shapes of AWS's own client. Needs the extra `aws`."""
