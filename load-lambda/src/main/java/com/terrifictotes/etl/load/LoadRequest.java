package com.terrifictotes.etl.load;

/** A request to load what is pending; there is nothing to choose. */
record LoadRequest() {}
