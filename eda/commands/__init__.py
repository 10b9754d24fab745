"""Commands of the command line that look at tools and circuits."""
