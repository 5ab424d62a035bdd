"""Tables and queries, split by what they hold: control facts, panes, journeys, results, breaches."""
