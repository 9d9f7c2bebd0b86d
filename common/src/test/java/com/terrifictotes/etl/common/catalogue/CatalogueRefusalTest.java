package com.terrifictotes.etl.common.catalogue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Declarations that contradict each other are refused when the catalogue is made, long before a row moves. */
class CatalogueRefusalTest {

    private static final SourceTable PLACE =
            SourceTable.named("place", "place_id").text("city").build();
    private static final SourceTable SHOP = SourceTable.named("shop", "shop_id")
            .text("shop_name")
            .integer("place_id")
            .optionalInteger("store_id")
            .build();
    private static final TargetTable CALENDAR = TargetTable.calendar("dim_date", "date_id");
    private static final TargetTable DIM_SHOP =
            TargetTable.dimension("dim_shop", SHOP).key("shop_id").build();

    @Test
    void tableDeclaredTwiceIsRefused() {
        refused(List.of(PLACE, PLACE), List.of(), "table place is declared twice");
        refused(List.of(SHOP), List.of(DIM_SHOP, DIM_SHOP), "table dim_shop is declared twice");
    }

    @Test
    void secondCalendarIsRefused() {
        refused(
                List.of(),
                List.of(CALENDAR, TargetTable.calendar("dim_day", "day_id")),
                "more than one calendar is declared; a unit of work fills one");
    }

    @Test
    void targetOfAnUndeclaredSourceIsRefused() {
        refused(
                List.of(PLACE),
                List.of(DIM_SHOP),
                "target table dim_shop shop_id reads shop.shop_id, which its source and joins do not have");
    }

    @Test
    void columnOfATableThatIsNotJoinedIsRefused() {
        refused(
                List.of(PLACE, SHOP),
                List.of(TargetTable.dimension("dim_shop", SHOP)
                        .key("shop_id")
                        .joined("city", PLACE, "city")
                        .build()),
                "target table dim_shop city reads place.city, which its source and joins do not have");
    }

    @Test
    void joinOfAnUnknownTableOrColumnIsRefused() {
        refused(
                List.of(SHOP),
                List.of(TargetTable.dimension("dim_shop", SHOP)
                        .join("place_id", PLACE)
                        .key("shop_id")
                        .build()),
                "target table dim_shop has a join of unknown tables or columns:"
                        + " Join[child=shop, column=place_id, parent=place]");
        refused(
                List.of(PLACE, SHOP),
                List.of(TargetTable.dimension("dim_shop", SHOP)
                        .join("town_id", PLACE)
                        .key("shop_id")
                        .build()),
                "target table dim_shop has a join of unknown tables or columns:"
                        + " Join[child=shop, column=town_id, parent=place]");
    }

    @Test
    void joinByTextIsRefused() {
        refused(
                List.of(PLACE, SHOP),
                List.of(TargetTable.dimension("dim_shop", SHOP)
                        .join("shop_name", PLACE)
                        .key("shop_id")
                        .build()),
                "target table dim_shop joins by shop.shop_name, which is not an integer as every key is");
    }

    @Test
    void twoJoinsOfOneTableAreRefused() {
        refused(
                List.of(PLACE, SHOP),
                List.of(TargetTable.dimension("dim_shop", SHOP)
                        .join("place_id", PLACE)
                        .join("store_id", PLACE)
                        .key("shop_id")
                        .build()),
                "target table dim_shop joins place twice; a column could not say which of the two rows it reads");
    }

    @Test
    void joinFromAnotherTableIsRefused() {
        refused(
                List.of(PLACE, SHOP),
                List.of(new TargetTable(
                        "dim_shop",
                        TargetTable.Kind.DIMENSION,
                        "shop",
                        "shop_id",
                        null,
                        List.of(new Join("place", "place_id", "shop")),
                        DIM_SHOP.columns())),
                "target table dim_shop joins from another table: Join[child=place, column=place_id, parent=shop]");
    }

    @Test
    void joinOfAJoinIsRefused() {
        SourceTable stall =
                SourceTable.named("stall", "stall_id").integer("shop_id").build();
        refused(
                List.of(PLACE, SHOP, stall),
                List.of(
                        TargetTable.dimension("dim_shop", SHOP)
                                .join("place_id", PLACE)
                                .key("shop_id")
                                .build(),
                        TargetTable.dimension("dim_stall", stall)
                                .join("shop_id", SHOP)
                                .key("stall_id")
                                .build()),
                "target table dim_stall joins shop, which itself joins another table; a run carries one level only");
    }

    @Test
    void joinOfATableWithItselfIsRefused() {
        SourceTable person = SourceTable.named("person", "person_id")
                .optionalInteger("manager_id")
                .build();
        refused(
                List.of(person),
                List.of(TargetTable.dimension("dim_person", person)
                        .key("person_id")
                        .join("manager_id", person)
                        .build()),
                "target table dim_person joins person, which itself joins another table; a run carries one level only");
    }

    @Test
    void referenceToNoDimensionOrToAKeyOfAnotherTypeIsRefused() {
        for (String dimension : List.of("dim_nothing", "fact_shop", "dim_date")) {
            refused(
                    List.of(PLACE, SHOP),
                    List.of(
                            CALENDAR,
                            TargetTable.fact("fact_shop", "shop_record_id", SHOP)
                                    .key("shop_id")
                                    .reference("place_id", dimension)
                                    .build()),
                    "target table fact_shop place_id refers to " + dimension
                            + ", which is no dimension with a key of its type");
        }
    }

    @Test
    void referenceToATableThatIsLoadedLaterIsRefused() {
        refused(
                List.of(PLACE, SHOP),
                List.of(
                        TargetTable.fact("fact_shop", "shop_record_id", SHOP)
                                .key("shop_id")
                                .reference("place_id", "dim_place")
                                .build(),
                        TargetTable.dimension("dim_place", PLACE)
                                .key("place_id")
                                .build()),
                "target table fact_shop place_id refers to dim_place, which must be declared before it");
    }

    private static void refused(List<SourceTable> sources, List<TargetTable> targets, String message) {
        assertThatThrownBy(() -> new Catalogue(sources, targets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
