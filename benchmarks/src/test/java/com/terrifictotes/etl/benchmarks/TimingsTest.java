package com.terrifictotes.etl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimingsTest {

    @Test
    void quantilesLieOnLineBetweenValues() {
        Distribution four = new Distribution(List.of(4.0, 1.0, 3.0, 2.0));

        assertThat(four.least()).isEqualTo(1.0);
        assertThat(four.lowerQuartile()).isEqualTo(1.75);
        assertThat(four.median()).isEqualTo(2.5);
        assertThat(four.upperQuartile()).isEqualTo(3.25);
    }

    @Test
    void oneValueIsItsOwnMedian() {
        Distribution one = new Distribution(List.of(7.0));

        assertThat(one.lowerQuartile()).isEqualTo(7.0);
        assertThat(one.median()).isEqualTo(7.0);
        assertThat(one.upperQuartile()).isEqualTo(7.0);
    }

    @Test
    void nothingHasNoMedian() {
        assertThatThrownBy(() -> new Distribution(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values is empty");
    }

    @Test
    void ratiosAreTakenRoundByRound() {
        Timings slow = new Timings("slow", List.of(2.0, 30.0, 4.0));
        Timings fast = new Timings("fast", List.of(1.0, 10.0, 4.0));

        assertThat(slow.ratioTo(fast).values()).containsExactly(1.0, 2.0, 3.0);
    }
}
