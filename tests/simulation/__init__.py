"""Offices and a bureau that share nothing but files, on a post that loses, repeats, delays and damages them."""
