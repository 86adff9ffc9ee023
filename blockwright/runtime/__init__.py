"""What both the app and its generated files compute with: the text of these functions stands in the files."""
