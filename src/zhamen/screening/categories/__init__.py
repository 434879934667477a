"""The categories of risk: two levels, each with a permanent number, a code and its words."""

from zhamen.screening.categories.table import CATEGORIES, GROUPS, Category, Group, category, category_at

__all__ = ["CATEGORIES", "GROUPS", "Category", "Group", "category", "category_at"]
