/** AWS clients and what their failures mean. */
@NullMarked
package com.terrifictotes.etl.common.aws;

import org.jspecify.annotations.NullMarked;
