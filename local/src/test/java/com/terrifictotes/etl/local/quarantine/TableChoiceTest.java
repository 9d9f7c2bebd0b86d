package com.terrifictotes.etl.local.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.catalogue.Totesys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableChoiceTest {

    @Test
    void bothNamesOfATableChooseIt() {
        assertThat(TableChoice.named(Totesys.CATALOGUE, "fact_sales_order").targets())
                .containsExactly("fact_sales_order");
        assertThat(TableChoice.named(Totesys.CATALOGUE, "sales_order").targets())
                .containsExactly("fact_sales_order");
        assertThat(TableChoice.named(Totesys.CATALOGUE, "address").targets()).containsExactly("dim_location");
    }

    @Test
    void allAreThoseThatAreMadeFromRows() {
        assertThat(TableChoice.all(Totesys.CATALOGUE).targets())
                .hasSize(10)
                .contains("dim_staff", "fact_payment")
                .doesNotContain("dim_date");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sales", "dim_date", "department", "FACT_PAYMENT"})
    void otherNamesAreAnsweredWithThoseThatThereAre(String name) {
        assertThatThrownBy(() -> TableChoice.named(Totesys.CATALOGUE, name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + name + "\" is no table with a quarantine; expected one of dim_currency,"
                        + " dim_payment_type, dim_staff, dim_location, dim_counterparty, dim_design, dim_transaction,"
                        + " fact_sales_order, fact_purchase_order, fact_payment, or the source table of one: currency,"
                        + " payment_type, staff, address, counterparty, design, transaction, sales_order,"
                        + " purchase_order, payment");
    }
}
