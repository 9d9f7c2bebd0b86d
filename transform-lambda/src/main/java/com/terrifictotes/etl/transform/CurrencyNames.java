package com.terrifictotes.etl.transform;

import java.util.Currency;
import java.util.Locale;

/** English names of currencies, as the JDK knows ISO 4217. */
final class CurrencyNames {

    private CurrencyNames() {}

    /** The name of the currency with that code; a code that ISO 4217 does not have is its own name. */
    static String english(String code) {
        Currency currency;
        try {
            currency = Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            return code;
        }
        return currency.getDisplayName(Locale.ENGLISH);
    }
}
