/** PostgreSQL connections from secrets, and what their failures mean. */
@NullMarked
package com.terrifictotes.etl.common.database;

import org.jspecify.annotations.NullMarked;
