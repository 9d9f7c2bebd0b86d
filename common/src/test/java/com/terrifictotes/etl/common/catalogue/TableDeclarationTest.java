package com.terrifictotes.etl.common.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.catalogue.TargetTable.Kind;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableDeclarationTest {

    private static final SourceTable SALE = SourceTable.named("sale", "sale_id")
            .integer("units")
            .text("sold_on", "code")
            .timestamp("created_at")
            .build();

    @Test
    void sourceColumnDeclaredTwiceIsRefused() {
        refused(
                () -> SourceTable.named("sale", "sale_id").text("code", "code").build(),
                "source table sale has a column twice");
    }

    @Test
    void sourceWithoutItsKeyIsRefused() {
        refused(() -> new SourceTable("sale", "sale_id", List.of()), "source table sale has no column sale_id");
    }

    @Test
    void sourceKeyThatIsTextOrOptionalIsRefused() {
        refused(
                () -> new SourceTable("sale", "code", List.of(new SourceColumn("code", SourceType.TEXT, false))),
                "the key of source table sale must be an integer and not null");
        refused(
                () -> new SourceTable(
                        "sale", "sale_id", List.of(new SourceColumn("sale_id", SourceType.INTEGER, true))),
                "the key of source table sale must be an integer and not null");
    }

    @Test
    void targetColumnDeclaredTwiceIsRefused() {
        refused(
                () -> TargetTable.dimension("dim_sale", SALE)
                        .key("sale_id")
                        .same("code", "code")
                        .build(),
                "target table dim_sale has a column twice");
    }

    @Test
    void targetWithoutKeyIsRefused() {
        assertThatThrownBy(() ->
                        TargetTable.dimension("dim_sale", SALE).same("code").build())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("target table dim_sale declares no key");
        refused(
                () -> target(Kind.DIMENSION, "sale", "other_id", null),
                "target table dim_sale has no mandatory column other_id");
    }

    @Test
    void surrogateKeyAndKindMustFit() {
        refused(
                () -> target(Kind.DIMENSION, "sale", "sale_id", "record_id"),
                "target table dim_sale: facts, and only facts, have a surrogate key");
        refused(
                () -> target(Kind.FACT, "sale", "sale_id", null),
                "target table dim_sale: facts, and only facts, have a surrogate key");
    }

    @Test
    void sourceAndKindMustFit() {
        refused(
                () -> target(Kind.CALENDAR, "sale", "sale_id", null),
                "target table dim_sale: the calendar, and only the calendar, has no source");
        refused(
                () -> target(Kind.DIMENSION, null, "sale_id", null),
                "target table dim_sale: the calendar, and only the calendar, has no source");
    }

    @Test
    void columnThatTheSourceDoesNotHaveIsRefused() {
        refused(
                () -> TargetTable.dimension("dim_sale", SALE).key("sale_id").same("colour"),
                "target table dim_sale: source table sale has no column colour");
    }

    @Test
    void timestampIsNotAValue() {
        refused(
                () -> TargetTable.dimension("dim_sale", SALE).key("sale_id").same("created_at"),
                "target table dim_sale: created_at is a timestamp; declare it as a date and a time");
    }

    @Test
    void conversionOfAColumnOfAnotherTypeIsRefused() {
        refused(
                () -> TargetTable.dimension("dim_sale", SALE).isoDate("units", "dim_date"),
                "target table dim_sale: sale.units is integer, expected text");
        refused(
                () -> TargetTable.dimension("dim_sale", SALE).currencyName("units_name", "units"),
                "target table dim_sale: sale.units is integer, expected text");
        refused(
                () -> TargetTable.dimension("dim_sale", SALE).reference("code", "dim_code"),
                "target table dim_sale: sale.code is text, expected integer");
        refused(
                () -> TargetTable.dimension("dim_sale", SALE).split("sold_on", "sold_date", "sold_time", "dim_date"),
                "target table dim_sale: sale.sold_on is text, expected timestamp without time zone");
    }

    @Test
    void calendarAndDimensionSayWhatTheyDoNotHave() {
        TargetTable calendar = TargetTable.calendar("dim_date", "date_id");

        assertThat(calendar.sourceTable()).isEmpty();
        assertThatThrownBy(calendar::requireSource).hasMessage("dim_date is the calendar: it has no source table");
        assertThatThrownBy(calendar::requireSurrogateKey).hasMessage("dim_date is not a fact: it has no surrogate key");
    }

    private static TargetTable target(Kind kind, @Nullable String source, String key, @Nullable String surrogateKey) {
        TargetColumn column =
                new TargetColumn("sale_id", TargetType.INTEGER, false, new Expression.Value("sale", "sale_id"), null);
        return new TargetTable("dim_sale", kind, source, key, surrogateKey, List.of(), List.of(column));
    }

    private static void refused(ThrowingCallable declaration, String message) {
        assertThatThrownBy(declaration)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
