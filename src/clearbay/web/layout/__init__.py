"""What all pages share: templates, static files, navigation, formats, errors."""
