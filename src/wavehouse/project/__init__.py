"""The definition of a project: YAML files read safely, with file and line in every complaint."""
