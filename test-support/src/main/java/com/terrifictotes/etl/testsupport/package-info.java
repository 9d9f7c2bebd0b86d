/**
 * What integration tests run against. {@link com.terrifictotes.etl.testsupport.TestServers#shared} is the way in; a test
 * does not know whether the servers behind it are embedded or containers.
 */
@NullMarked
package com.terrifictotes.etl.testsupport;

import org.jspecify.annotations.NullMarked;
