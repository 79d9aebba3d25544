"""The workbench: pages, forms and their JSON twins on a server of one's own."""
