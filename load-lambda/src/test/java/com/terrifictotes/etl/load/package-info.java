/** Tests of the load stage on a real PostgreSQL and a real S3 protocol. */
@NullMarked
package com.terrifictotes.etl.load;

import org.jspecify.annotations.NullMarked;
