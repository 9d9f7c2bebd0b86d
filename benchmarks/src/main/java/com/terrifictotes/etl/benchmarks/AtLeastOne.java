package com.terrifictotes.etl.benchmarks;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of rows, rounds or MiB from the command line. */
final class AtLeastOne implements ITypeConverter<Integer> {

    AtLeastOne() {}

    @Override
    public Integer convert(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number that is too small.
        }
        throw new TypeConversionException("expected a whole number from 1 to 2147483647, found '" + text + "'");
    }
}
