"""One definition read in several ways."""
