/** {@code totesys rebuild}: the log of runs, replayed into an empty warehouse. */
@NullMarked
package com.terrifictotes.etl.local.rebuild;

import org.jspecify.annotations.NullMarked;
