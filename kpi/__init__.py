"""kpi: indicators, standards and evaluation schemes of development zones, exact and explained."""

__version__ = "0.1.0"
