package com.terrifictotes.etl.extract;

/** A request to extract what changed; it needs to say nothing. */
public record ExtractRequest() {}
