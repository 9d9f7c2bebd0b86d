/** Figures for CloudWatch. */
@NullMarked
package com.terrifictotes.etl.common.metrics;

import org.jspecify.annotations.NullMarked;
