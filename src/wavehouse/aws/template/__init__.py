"""The template: every resource that CloudFormation makes for a project."""
