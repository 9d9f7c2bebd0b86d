package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.LoopbackAws;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import com.terrifictotes.etl.transform.TransformedBatch.TransformedTable;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it costs to ask for a batch again: while the warehouse is away, every tick does. */
class RepeatedBatchIT {

    @TempDir
    private Path folder;

    private LoopbackAws aws;
    private TestRun run;
    private String currency;
    private String type;

    @BeforeEach
    void start() {
        aws = TestServers.shared().requireLoopback();
        run = new TestRun(folder);
        currency = run.unit("dim_currency", run.csv("currency", "currency_id,currency_code", "1,GBP"));
        type = run.unit("dim_payment_type", run.csv("payment_type", "payment_type_id,payment_type_name", "1,A"));
        run.commit();
    }

    @AfterEach
    void noFaultIsLeft() {
        aws.faults().clear();
    }

    @Test
    void whatIsThereIsNeitherReadNorWritten() {
        run.stage.transform(1, 1);
        aws.requests().reset();

        assertThat(run.stage.transform(1, 1)).isEqualTo(TransformedBatch.existing(1, 1));

        assertThat(aws.requests().of(Operation.GET_OBJECT)).as("the manifest").isEqualTo(1);
        assertThat(aws.requests().writes()).isZero();
    }

    @Test
    void whatIsHalfThereIsCompleted() {
        aws.faults().next(Operation.PUT_OBJECT, type, Fault.conditionalRequestConflict());
        assertThatThrownBy(() -> run.stage.transform(1, 1)).isInstanceOf(TransientPipelineException.class);
        assertThat(run.processed.exists(currency)).isTrue();
        assertThat(run.processed.exists(type)).isFalse();

        assertThat(run.stage.transform(1, 1))
                .isEqualTo(new TransformedBatch(
                        1,
                        1,
                        false,
                        2,
                        0,
                        run.bytes(currency).length + run.bytes(type).length,
                        List.of(
                                new TransformedTable("dim_currency", 1, 0, run.bytes(currency).length),
                                new TransformedTable("dim_payment_type", 1, 0, run.bytes(type).length))));
        assertThat(run.metrics)
                .containsExactlyInAnyOrder("ROWS_TRANSFORMED dim_currency 1", "ROWS_TRANSFORMED dim_payment_type 1");
    }
}
