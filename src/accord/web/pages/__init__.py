"""The pages of the workbench, each with its JSON twin."""
