package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DatasetSizeTest {
    @Test
    void countsTheOrdersOfBothKinds() {
        assertThat(DatasetSize.REAL.orders()).isEqualTo(15_836);
    }

    @Test
    void refusesASizeWithoutRoomForTheAwkwardValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DatasetSize(200, 99, 60, 12, 8, 8, 4))
                .withMessage("purchaseOrders must be at least 100 but was 99");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DatasetSize(200, 100, 60, 11, 8, 8, 4))
                .withMessage("addresses must be at least 12 but was 11");
    }
}
