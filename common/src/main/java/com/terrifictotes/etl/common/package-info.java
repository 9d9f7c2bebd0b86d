/** What every stage shares: errors, configuration, JSON and the events that wake a function. */
@NullMarked
package com.terrifictotes.etl.common;

import org.jspecify.annotations.NullMarked;
