"""The evaluator's writes, by feature: control facts, intake, journeys, judging, breaches."""
