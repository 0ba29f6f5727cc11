"""梯度培育: from the district's library to the lists of city and nation."""
