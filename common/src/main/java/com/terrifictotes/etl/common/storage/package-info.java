/** Write-once objects in S3. */
@NullMarked
package com.terrifictotes.etl.common.storage;

import org.jspecify.annotations.NullMarked;
