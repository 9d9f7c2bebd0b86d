/**
 * What the stages cost beside the bare work, or beside others that do the same. A benchmark is a pair of classes: one measures and returns figures ({@link
 * com.terrifictotes.etl.benchmarks.FirstLoad}), the other is its command line and prints them ({@link
 * com.terrifictotes.etl.benchmarks.FirstLoadCommand}). Only ratios within one run mean anything; no figure is ever
 * asserted on.
 */
@NullMarked
package com.terrifictotes.etl.benchmarks;

import org.jspecify.annotations.NullMarked;
