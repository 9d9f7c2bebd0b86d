package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Faults;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What S3 does wrong is not taken for corrupt content, and the next try completes the work. */
class BrokenConnectionIT {

    @TempDir
    private Path folder;

    private Faults faults;
    private TestRun run;
    private String input;
    private String output;

    @BeforeEach
    void start() {
        faults = TestServers.shared().requireLoopback().faults();
        run = new TestRun(folder);
        input = run.csv("currency", "currency_id,currency_code", "1,GBP", "x,USD");
        output = run.unit("dim_currency", input);
        run.commit();
    }

    @AfterEach
    void nothingIsLeftBehind() {
        faults.clear();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aBodyThatIsCutOffIsTransient() {
        faults.next(Operation.GET_OBJECT, input, new Fault.CutBody(30));

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessageStartingWith("AWS_UNAVAILABLE: cannot read " + run.ingestion.locate(input));
        assertThat(run.processed.exists(output)).isFalse();
        assertThat(run.stage.transform(1, 1).rows()).isEqualTo(1);
    }

    @Test
    void anotherWriteOfTheQuarantineThatMayFailIsTransient() {
        String quarantine = "quarantine/dim_currency/2024/11/21/0000000001-00001.jsonl";
        faults.next(Operation.PUT_OBJECT, quarantine, Fault.conditionalRequestConflict());

        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(TransientPipelineException.class)
                .hasMessage("AWS_UNAVAILABLE: cannot write " + run.processed.locate(quarantine)
                        + ": S3 reports another write of it that has not finished; it is tried again by itself");
        assertThat(run.processed.exists(output))
                .as("no Parquet object without its quarantine")
                .isFalse();
        assertThat(run.stage.transform(1, 1).quarantined()).isEqualTo(1);
        assertThat(run.processed.exists(quarantine)).isTrue();
    }
}
