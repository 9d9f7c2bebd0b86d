package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvValuesTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 42, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void readsEveryWholeNumber(int value) throws UnrepresentableException {
        assertThat(CsvValues.wholeNumber(Integer.toString(value))).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "+1", "1.0", " 1", "1 ", "2147483648", "-2147483649", "99999999999999999999", "١", "x"})
    void refusesWhatIsNoWholeNumber(String text) {
        assertThatThrownBy(() -> CsvValues.wholeNumber(text))
                .isInstanceOf(UnrepresentableException.class)
                .hasMessage("is not a whole number of 32 bits");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "3.94, 394",
        "-3.94, -394",
        "3.9, 390",
        "3, 300",
        "0003.94, 394",
        "-0.00, 0",
        "1.500000, 150",
        "99999999.99, 9999999999",
        "-99999999.99, -9999999999"
    })
    void readsEveryDecimalThatFits(String text, long unscaled) throws UnrepresentableException {
        assertThat(CsvValues.decimal(text, 10, 2)).isEqualTo(unscaled);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", ".", "1.", ".5", "1.005", "100000000.00", "NaN", "Infinity", "1e3", "1,5", "1.5 ", "x"})
    void refusesADecimalThatWouldHaveToBeChanged(String text) {
        assertThatThrownBy(() -> CsvValues.decimal(text, 10, 2))
                .isInstanceOf(UnrepresentableException.class)
                .hasMessage("does not fit numeric(10,2) exactly");
    }

    @Test
    void readsTheLargestDecimalOfTheStarSchema() throws UnrepresentableException {
        assertThat(CsvValues.decimal("999999999999999999", 18, 0)).isEqualTo(999_999_999_999_999_999L);
        assertThatThrownBy(() -> CsvValues.decimal("1000000000000000000", 18, 0))
                .isInstanceOf(UnrepresentableException.class);
        assertThatThrownBy(() -> CsvValues.decimal("99999999999999999999", 18, 0))
                .isInstanceOf(UnrepresentableException.class);
    }

    @Test
    void readsTruthValuesAsCopyWritesThem() throws UnrepresentableException {
        assertThat(CsvValues.truth("t")).isTrue();
        assertThat(CsvValues.truth("f")).isFalse();
        assertThatThrownBy(() -> CsvValues.truth("true"))
                .isInstanceOf(UnrepresentableException.class)
                .hasMessage("is neither t nor f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01", "1582-10-10", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"})
    void readsEveryDateThatExists(String text) throws UnrepresentableException {
        assertThat(LocalDate.ofEpochDay(CsvValues.day(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2023-02-30",
                "2023-02-29",
                "2023-13-01",
                "2023-00-10",
                "2023-01-00",
                "0000-01-01",
                "2023-1-1",
                "2023/01/01",
                "20230101",
                "10000-01-01",
                "infinity",
                "0044-03-15 BC",
                "2023-01-0x",
                "٢٠٢٣-01-01"
            })
    void refusesDatesThatDoNotExist(String text) {
        assertThatThrownBy(() -> CsvValues.day(text))
                .isInstanceOf(UnrepresentableException.class)
                .hasMessage("is not a date from 0001-01-01 to 9999-12-31, written yyyy-mm-dd");
    }

    @ParameterizedTest
    @CsvSource({
        "2022-11-03 14:20:49.962, 2022-11-03, 14:20:49.962",
        "2022-11-03 14:20:49, 2022-11-03, 14:20:49",
        "2022-11-03 00:00:00, 2022-11-03, 00:00",
        "1969-12-31 23:59:59.999999, 1969-12-31, 23:59:59.999999",
        "2024-03-31 01:30:00.5, 2024-03-31, 01:30:00.5",
        "0001-01-01 00:00:00.000001, 0001-01-01, 00:00:00.000001"
    })
    void splitsATimestampWithoutLosingADigit(String text, LocalDate day, LocalTime time)
            throws UnrepresentableException {
        assertThat(LocalDate.ofEpochDay(CsvValues.dayOfTimestamp(text))).isEqualTo(day);
        assertThat(CsvValues.timeOfTimestamp(text)).isEqualTo(time.toNanoOfDay() / 1_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "infinity",
                "-infinity",
                "0044-03-15 12:00:00 BC",
                "2022-11-03",
                "2022-11-03T14:20:49",
                "2022-11-03 24:00:00",
                "2022-11-03 14:60:00",
                "2022-11-03 14:20:60",
                "2022-11-03 14:20:49.",
                "2022-11-03 14:20:49.1234567",
                "2022-11-03 14:20:49+00",
                "10000-01-01 00:00:00",
                "2023-02-30 10:00:00"
            })
    void refusesTimestampsThatTheWarehouseCannotHold(String text) {
        assertThatThrownBy(() -> CsvValues.dayOfTimestamp(text))
                .isInstanceOf(UnrepresentableException.class)
                .hasMessage("is not a timestamp from 0001-01-01 to 9999-12-31, written yyyy-mm-dd hh:mm:ss with at most"
                        + " 6 decimals");
    }

    @Test
    void namesCurrenciesInEnglish() {
        assertThat(CurrencyNames.english("GBP")).isEqualTo("British Pound");
        assertThat(CurrencyNames.english("USD")).isEqualTo("US Dollar");
        assertThat(CurrencyNames.english("EUR")).isEqualTo("Euro");
        assertThat(CurrencyNames.english("ZZZ")).isEqualTo("ZZZ");
        assertThat(CurrencyNames.english("")).isEmpty();
    }
}
