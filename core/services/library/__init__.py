"""The cultivation library: windows, review, rosters, removal, annual reports, tiers, prospects, the cockpit."""
