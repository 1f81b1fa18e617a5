"""What words look like in a release: markup, sentences, dates, speakers."""
