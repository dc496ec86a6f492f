"""Every page of the portal with invented content in three languages: to look at, and to check with a browser."""
