/** Star-schema tables as typed Parquet files: what the transformation writes and the load reads. */
@NullMarked
package com.terrifictotes.etl.parquet;

import org.jspecify.annotations.NullMarked;
