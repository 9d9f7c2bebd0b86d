/** The one place that says what the tables are; everything else is derived from it. */
@NullMarked
package com.terrifictotes.etl.common.catalogue;

import org.jspecify.annotations.NullMarked;
