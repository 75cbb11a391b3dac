"""What the pages are about, asked of the database: views call these, presenters shape what they give."""
