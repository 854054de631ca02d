"""Charts: what a visual's figures look like, as options of ECharts without any code in them."""
