@NullMarked
package com.terrifictotes.etl.parquet;

import org.jspecify.annotations.NullMarked;
