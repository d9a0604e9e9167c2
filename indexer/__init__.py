"""Writing: a file becomes reports, reports become paragraphs in the indices; a rebuild makes new ones and moves the aliases."""
