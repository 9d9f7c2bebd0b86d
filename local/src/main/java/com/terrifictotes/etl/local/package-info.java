/** The totesys command: the three functions in one process. */
@NullMarked
package com.terrifictotes.etl.local;

import org.jspecify.annotations.NullMarked;
