/** {@code totesys quarantine}: which rows the star schema could not take, why, and what to do. */
@NullMarked
package com.terrifictotes.etl.local.quarantine;

import org.jspecify.annotations.NullMarked;
