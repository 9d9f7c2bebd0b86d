/** The transform stage: the CSV objects of a run, as typed star-schema Parquet. */
@NullMarked
package com.terrifictotes.etl.transform;

import org.jspecify.annotations.NullMarked;
