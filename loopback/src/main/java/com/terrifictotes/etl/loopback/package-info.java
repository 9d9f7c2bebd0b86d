/**
 * AWS on loopback, for demos and tests: S3 and Secrets Manager over HTTP for the real AWS SDK clients ({@link
 * com.terrifictotes.etl.loopback.LoopbackAws}), and PostgreSQL from embedded binaries ({@link
 * com.terrifictotes.etl.loopback.LocalPostgres}). Nothing here needs a container, an account or the network.
 */
@NullMarked
package com.terrifictotes.etl.loopback;

import org.jspecify.annotations.NullMarked;
