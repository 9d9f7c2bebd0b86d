/** What the three handlers share: decoding what woke them, answering, and the time that is left. */
@NullMarked
package com.terrifictotes.etl.common.lambda;

import org.jspecify.annotations.NullMarked;
