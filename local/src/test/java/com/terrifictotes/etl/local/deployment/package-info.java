/** What is deployed: the state machine, and what Terraform and the code must agree on. */
@NullMarked
package com.terrifictotes.etl.local.deployment;

import org.jspecify.annotations.NullMarked;
