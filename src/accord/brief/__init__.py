"""The brief: figures with their derivation, findings in sentences, sections, HTML and Markdown."""
