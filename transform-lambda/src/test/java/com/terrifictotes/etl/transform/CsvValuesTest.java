package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvValuesTest {

    private static final int BEFORE = 3;
    private static final LocalDateTime EPOCH = LocalDate.EPOCH.atStartOfDay();
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 42, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void readsEveryWholeNumber(int value) {
        assertThat(wholeNumber(Integer.toString(value))).isEqualTo(value);
    }

    /** Up to seven digits are read at once, if there is room for eight. */
    @Test
    void readsWholeNumbersOfEveryLengthAtTheEndOfTheBuffer() {
        for (int value = 1; value < 1_000_000_000; value = value * 3 + 7) {
            for (int number : new int[] {value, -value}) {
                byte[] bytes = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
                byte[] long16 = Arrays.copyOf(bytes, 16);
                assertThat(CsvValues.wholeNumber(bytes, 0, bytes.length)).isEqualTo(number);
                assertThat(CsvValues.wholeNumber(long16, 0, bytes.length)).isEqualTo(number);
            }
        }
    }

    /** Every character in every place of a number. */
    @Test
    void refusesEveryCharacterThatIsNoDigit() {
        for (int length = 1; length <= 9; length++) {
            for (int place = 0; place < length; place++) {
                for (int value = 0; value < 256; value++) {
                    byte[] bytes =
                            Arrays.copyOf("111111111".substring(0, length).getBytes(StandardCharsets.US_ASCII), 20);
                    bytes[place] = (byte) value;
                    boolean number = (value >= '0' && value <= '9') || (value == '-' && place == 0 && length > 1);
                    if ((CsvValues.wholeNumber(bytes, 0, length) != CsvValues.INVALID) != number) {
                        assertThat(CsvValues.wholeNumber(bytes, 0, length) != CsvValues.INVALID)
                                .as(new String(bytes, 0, length, StandardCharsets.ISO_8859_1))
                                .isEqualTo(number);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "+1", "1.0", " 1", "1 ", "2147483648", "-2147483649", "99999999999999999999", "١", "x"})
    void refusesWhatIsNoWholeNumber(String text) {
        assertThat(wholeNumber(text)).isEqualTo(CsvValues.INVALID);
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
    void readsEveryDecimalThatFits(String text, long unscaled) {
        assertThat(decimal(text, 10, 2)).isEqualTo(unscaled);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", ".", "1.", ".5", "1.005", "100000000.00", "NaN", "Infinity", "1e3", "1,5", "1.5 ", "x"})
    void refusesADecimalThatWouldHaveToBeChanged(String text) {
        assertThat(decimal(text, 10, 2)).isEqualTo(CsvValues.INVALID);
    }

    @Test
    void readsTheLargestDecimalOfTheStarSchema() {
        assertThat(decimal("999999999999999999", 18, 0)).isEqualTo(999_999_999_999_999_999L);
        assertThat(decimal("1000000000000000000", 18, 0)).isEqualTo(CsvValues.INVALID);
        assertThat(decimal("99999999999999999999", 18, 0)).isEqualTo(CsvValues.INVALID);
        assertThat(decimal("9999999999999999999", 18, 0)).isEqualTo(CsvValues.INVALID);
        assertThat(decimal("92233720368547758085", 18, 0)).isEqualTo(CsvValues.INVALID);
        assertThat(decimal("18446744073709551617", 18, 0)).isEqualTo(CsvValues.INVALID);
    }

    @Test
    void readsTruthValuesAsCopyWritesThem() {
        assertThat(truth("t")).isEqualTo(1);
        assertThat(truth("f")).isEqualTo(0);
        assertThat(truth("true")).isEqualTo(CsvValues.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01", "1582-10-10", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"})
    void readsEveryDateThatExists(String text) {
        assertThat(LocalDate.ofEpochDay(day(text))).isEqualTo(text);
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
        assertThat(day(text)).isEqualTo(CsvValues.INVALID);
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
    void splitsATimestampWithoutLosingADigit(String text, LocalDate day, LocalTime time) {
        assertThat(timestamp(text)).isEqualTo(ChronoUnit.MICROS.between(EPOCH, LocalDateTime.of(day, time)));
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
        assertThat(timestamp(text)).isEqualTo(CsvValues.INVALID);
    }

    /** The arithmetic must agree with the calendar of java.time on each of its days. */
    @Test
    void agreesWithJavaOnEveryDayFromYear1To9999() {
        Days days = new Days();
        LocalDate last = LocalDate.of(9999, 12, 31);
        for (LocalDate date = LocalDate.of(1, 1, 1); !date.isAfter(last); date = date.plusDays(1)) {
            byte[] text = date.toString().getBytes(StandardCharsets.US_ASCII);
            // Once parsed, once remembered.
            long parsed = CsvValues.day(text, 0, text.length);
            if (parsed != date.toEpochDay() || days.at(text, 0) != parsed || days.at(text, 0) != parsed) {
                assertThat(date).as("a date that is read wrongly").isNull();
            }
        }
    }

    @Test
    void remembersNoDateThatWasNeverThere() {
        assertThat(new Days().at(new byte[CsvValues.DATE_LENGTH], 0)).isEqualTo(CsvValues.INVALID);
    }

    /** Every character in every place of a timestamp: eight of them are looked at at once. */
    @Test
    void agreesWithJavaOnWhateverStandsInATimestamp() {
        String good = "2024-02-29 23:59:58.123456";
        Days days = new Days();
        for (int place = 0; place < good.length(); place++) {
            for (int value = 0; value < 256; value++) {
                byte[] bytes = good.getBytes(StandardCharsets.ISO_8859_1);
                bytes[place] = (byte) value;
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                long found = CsvValues.timestamp(bytes, 0, bytes.length, days);
                if ((found != CsvValues.INVALID) != isTimestamp(text)) {
                    assertThat(found != CsvValues.INVALID).as(text).isEqualTo(isTimestamp(text));
                }
            }
        }
    }

    private static boolean isTimestamp(String text) {
        try {
            LocalDateTime.parse(text, TIMESTAMP);
            return !text.startsWith("0000");
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    @Test
    void namesCurrenciesInEnglish() {
        assertThat(CurrencyNames.english("GBP")).isEqualTo("British Pound");
        assertThat(CurrencyNames.english("USD")).isEqualTo("US Dollar");
        assertThat(CurrencyNames.english("EUR")).isEqualTo("Euro");
        assertThat(CurrencyNames.english("ZZZ")).isEqualTo("ZZZ");
        assertThat(CurrencyNames.english("")).isEmpty();
    }

    private static long wholeNumber(String text) {
        return CsvValues.wholeNumber(field(text), BEFORE, length(text));
    }

    private static long decimal(String text, int precision, int scale) {
        return CsvValues.decimal(field(text), BEFORE, length(text), precision, scale);
    }

    private static long truth(String text) {
        return CsvValues.truth(field(text), BEFORE, length(text));
    }

    private static long day(String text) {
        return CsvValues.day(field(text), BEFORE, length(text));
    }

    private static long timestamp(String text) {
        return CsvValues.timestamp(field(text), BEFORE, length(text), new Days());
    }

    /** In the middle of digits, so that a method that looks beyond its field gives something else. */
    private static byte[] field(String text) {
        return ("999" + text + "999").getBytes(StandardCharsets.UTF_8);
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
