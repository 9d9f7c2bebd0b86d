package com.terrifictotes.etl.common.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {

    private static final SourceTable PLACE =
            SourceTable.named("place", "place_id").text("city").build();
    private static final SourceTable SHOP = SourceTable.named("shop", "shop_id")
            .text("shop_name")
            .integer("place_id")
            .optionalInteger("store_id")
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "staff; DROP TABLE staff",
                "pg_catalog.pg_class",
                "public.staff",
                "\"staff\"",
                "Staff",
                "STAFF",
                ""
            })
    void onlyTheNamesThatAreDeclaredAreTables(String name) {
        assertThatThrownBy(() -> Totesys.CATALOGUE.source(name))
                .isInstanceOfSatisfying(
                        PipelineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TABLE))
                .hasMessage("UNKNOWN_TABLE: \"" + name + "\" is not a source table of the catalogue; expected one of"
                        + " currency, payment_type, department, staff, address, counterparty, design, transaction,"
                        + " sales_order, purchase_order, payment");
        assertThatThrownBy(() -> Totesys.CATALOGUE.target(name))
                .hasMessageStartingWith("UNKNOWN_TABLE: \"" + name
                        + "\" is not a target table of the catalogue; expected one of dim_date,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"staff; DROP TABLE staff", "pg_catalog.pg_class", "Staff", "", "1st", "ı", "a b", "a\"b"})
    void declarationOfATextThatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> SourceTable.named(name, "some_id").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + name + "\" is not a table or column name: expected lower-case letters, digits and"
                        + " underscores, at most 63");
    }

    @Test
    void namesMayHave63BytesAndNotOneMore() {
        assertThat(Identifiers.requireValid("a".repeat(63))).hasSize(63);
        assertThatThrownBy(() -> Identifiers.requireValid("a".repeat(64))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void quotedNameCannotEndItsQuotes() {
        assertThat(Identifiers.quote("transaction")).isEqualTo("\"transaction\"");
        assertThat(Identifiers.quote("a\"; DROP TABLE staff; --")).isEqualTo("\"a\"\"; DROP TABLE staff; --\"");
    }

    @Test
    void addingTablesIsDeclaringThem() {
        SourceTable returned = SourceTable.named("returned_item", "returned_item_id")
                .integer("staff_id", "warehouse_id")
                .optionalText("reason")
                .timestamp("created_at")
                .build();
        SourceTable warehouse = SourceTable.named("warehouse", "warehouse_id")
                .text("name")
                .integer("address_id")
                .build();
        List<SourceTable> sources = new ArrayList<>(Totesys.CATALOGUE.sources());
        sources.addAll(List.of(warehouse, returned));
        List<TargetTable> targets = new ArrayList<>(Totesys.CATALOGUE.targets());
        targets.add(TargetTable.dimension("dim_warehouse", warehouse)
                .join("address_id", Totesys.CATALOGUE.source("address"))
                .key("warehouse_id")
                .renamed("warehouse_name", "name")
                .joined("city", Totesys.CATALOGUE.source("address"), "city")
                .build());
        targets.add(TargetTable.fact("fact_return", "return_record_id", returned)
                .key("returned_item_id")
                .split("created_at", "created_date", "created_time", "dim_date")
                .reference("staff_id", "dim_staff")
                .reference("warehouse_id", "dim_warehouse")
                .same("reason")
                .build());

        Catalogue catalogue = new Catalogue(sources, targets);

        assertThat(catalogue.requiredColumns(catalogue.source("returned_item")))
                .containsExactlyInAnyOrder("returned_item_id", "staff_id", "warehouse_id", "reason", "created_at");
        assertThat(catalogue.requiredColumns(catalogue.source("warehouse")))
                .containsExactlyInAnyOrder("warehouse_id", "name", "address_id");
        assertThat(catalogue.joins())
                .contains(new Join("warehouse", "address_id", "address"))
                .hasSize(3);
        assertThat(catalogue.targetsOf("warehouse"))
                .extracting(TargetTable::name)
                .containsExactly("dim_warehouse");
        TargetTable fact = catalogue.target("fact_return");
        assertThat(fact.columns())
                .extracting(TargetColumn::name)
                .containsExactly(
                        "returned_item_id", "created_date", "created_time", "staff_id", "warehouse_id", "reason");
        assertThat(fact.column("reason").orElseThrow().nullable()).isTrue();
        assertThat(fact.requireSurrogateKey()).isEqualTo("return_record_id");
    }

    @Test
    void columnJoinedByAnOptionalForeignKeyIsOptional() {
        TargetTable shop = TargetTable.dimension("dim_shop", SHOP)
                .join("store_id", PLACE)
                .key("shop_id")
                .joined("city", PLACE, "city")
                .build();

        assertThat(shop.column("city").orElseThrow().nullable()).isTrue();
    }
}
