"""What a sample could do to its own verdict, judged from its syntax tree."""
