"""动态管理: who owes the annual report, what came in, and what goes back."""
