/** The append-only log of runs: manifests, their keys, and where the log ends. */
@NullMarked
package com.terrifictotes.etl.common.runlog;

import org.jspecify.annotations.NullMarked;
