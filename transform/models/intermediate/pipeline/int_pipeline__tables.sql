{{ source_loads() }}
