package com.terrifictotes.etl.common.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTypeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "integer  | true",
                "smallint | true",
                "bigint   | false",
                "numeric  | false",
                "integer[]| false",
                "oid      | false"
            })
    void integerTakesWhatFitsInto32Bits(String found, boolean accepted) {
        assertThat(SourceType.INTEGER.accepts(found, false)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text                   | false | true",
                "character varying      | false | true",
                "character varying(3)   | false | true",
                "\"PaymentTypeName\"    | true  | true",
                "\"PaymentTypeName\"[]  | false | false",
                "character varying(3)[] | false | false",
                "text[]                 | false | false",
                "character(3)           | false | false",
                "json                   | false | false"
            })
    void textTakesStringsOfAnyLengthAndEnums(String found, boolean enumeration, boolean accepted) {
        assertThat(SourceType.TEXT.accepts(found, enumeration)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({"boolean, true", "boolean[], false", "integer, false", "text, false"})
    void truthIsBooleanOnly(String found, boolean accepted) {
        assertThat(SourceType.BOOLEAN.accepts(found, false)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "timestamp without time zone, true",
        "timestamp(3) without time zone, true",
        "timestamp with time zone, false",
        "timestamp(3) with time zone, false",
        "timestamp without time zone[], false",
        "time without time zone, false",
        "date, false"
    })
    void timestampHasNoZone(String found, boolean accepted) {
        assertThat(SourceType.TIMESTAMP.accepts(found, false)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "numeric(10,2)    | true",
                "numeric(8,2)     | true",
                "numeric(9,1)     | true",
                "numeric(8,0)     | true",
                "numeric(8)       | true",
                "numeric(5,-3)    | true",
                "numeric          | true",
                "numeric(6,-3)    | false",
                "numeric(10,1)    | false",
                "numeric(12,2)    | false",
                "numeric(10,4)    | false",
                "numeric(2,4)     | false",
                "numeric(10,2)[]  | false",
                "numeric[]        | false",
                "double precision | false",
                "money            | false"
            })
    void decimalTakesWhatLosesNoDigitOnEitherSideOfThePoint(String found, boolean accepted) {
        assertThat(SourceType.numeric(10, 2).accepts(found, false)).isEqualTo(accepted);
    }

    @Test
    void typesAreWrittenAsPostgresqlWritesThem() {
        assertThat(SourceType.INTEGER.sql()).isEqualTo("integer");
        assertThat(SourceType.TEXT.sql()).isEqualTo("text");
        assertThat(SourceType.BOOLEAN.sql()).isEqualTo("boolean");
        assertThat(SourceType.TIMESTAMP.sql()).isEqualTo("timestamp without time zone");
        assertThat(SourceType.numeric(10, 2).sql()).isEqualTo("numeric(10,2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0,0", "2,-1", "2,3"})
    void impossibleDecimalIsRefused(String digits) {
        int precision = Integer.parseInt(digits.substring(0, 1));
        int scale = Integer.parseInt(digits.substring(2));

        assertThatThrownBy(() -> SourceType.numeric(precision, scale))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("numeric(" + digits + ") is not a type");
        assertThatThrownBy(() -> new TargetType.Decimal(precision, scale))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("decimal(" + digits + ") is not a type");
    }

    @Test
    void decimalThatParquetCannotHoldIn64BitsIsRefused() {
        assertThatThrownBy(() -> new TargetType.Decimal(19, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("decimal(19,2) is not a type");
    }
}
