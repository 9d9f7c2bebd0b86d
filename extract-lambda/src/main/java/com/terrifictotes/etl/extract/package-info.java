/**
 * Extract: the rows that changed since the last run, from one snapshot of the operational database, as CSV objects and
 * one manifest.
 */
@NullMarked
package com.terrifictotes.etl.extract;

import org.jspecify.annotations.NullMarked;
