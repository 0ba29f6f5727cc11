"""审核: the forms that wait, the form under review, and the bureau's decision."""
