/**
 * The demonstration: an invented Totesys database of the real size, business days that change it, and an independent
 * computation of what the warehouse must hold afterwards.
 */
@NullMarked
package com.terrifictotes.etl.local.demo;

import org.jspecify.annotations.NullMarked;
