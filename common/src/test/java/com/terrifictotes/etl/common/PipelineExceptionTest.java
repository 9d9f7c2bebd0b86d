package com.terrifictotes.etl.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PipelineExceptionTest {

    @ParameterizedTest
    @EnumSource
    void whatTryingAgainCanCureHasAClassOfItsOwn(ErrorCode code) {
        IOException cause = new IOException("cause");

        PipelineException exception = PipelineException.of(code, "cannot do it", cause);

        assertThat(exception).hasMessage(code + ": cannot do it").hasCause(cause);
        assertThat(exception.code()).isEqualTo(code);
        assertThat(exception instanceof TransientPipelineException)
                .isEqualTo(code.category() == ErrorCode.Category.TRANSIENT);
    }

    /** The state machine retries by this name. */
    @Test
    void classNameIsAContract() {
        assertThat(TransientPipelineException.class.getName())
                .isEqualTo("com.terrifictotes.etl.common.TransientPipelineException");
    }

    @Test
    void causeMayBeLeftOut() {
        assertThat(new PipelineException(ErrorCode.OBJECT_CORRUPT, "no date"))
                .hasMessage("OBJECT_CORRUPT: no date")
                .hasNoCause();
    }

    @Test
    void deadlineAsksTheClockEachTime() {
        AtomicLong seconds = new AtomicLong(10);
        Deadline deadline = new Deadline(() -> Duration.ofSeconds(seconds.get()));

        assertThat(deadline.allows(Duration.ofSeconds(10))).isTrue();
        seconds.set(9);
        assertThat(deadline.allows(Duration.ofSeconds(10))).isFalse();
        assertThat(Deadline.none().allows(Duration.ofMinutes(15))).isTrue();
    }
}
