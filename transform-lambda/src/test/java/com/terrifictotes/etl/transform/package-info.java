@NullMarked
package com.terrifictotes.etl.transform;

import org.jspecify.annotations.NullMarked;
