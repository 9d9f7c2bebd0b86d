package com.terrifictotes.etl.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TestClusterIT {

    @Test
    void standbyFollowsUntilItIsPromotedAndNothingIsLeft() throws Exception {
        Path primaryData;
        Path standbyData;
        ProcessHandle process;
        try (TestCluster primary = TestServers.shared().startCluster();
                TestCluster standby = primary.standby()) {
            primaryData = Path.of(primary.query("SHOW data_directory"));
            standbyData = Path.of(standby.query("SHOW data_directory"));
            process = process(standbyData);
            primary.execute("CREATE TABLE seen (id int)");
            standby.awaitReplayOf(primary);
            assertThat(standby.query("SELECT count(*) FROM seen")).isEqualTo("0");
            assertThatIllegalStateException()
                    .isThrownBy(primary::copy)
                    .withMessage("the server is running; its files are a copy of nothing");

            standby.disconnect();
            ProcessHandle lost = process(primaryData);
            primary.crash();
            standby.promote();

            lost.onExit().get(30, TimeUnit.SECONDS);
            standby.execute("INSERT INTO seen VALUES (1)");
        }
        process.onExit().get(30, TimeUnit.SECONDS);
        assertThat(Files.exists(primaryData.getParent())).isFalse();
        assertThat(Files.exists(standbyData.getParent())).isFalse();
    }

    private static ProcessHandle process(Path data) throws Exception {
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }
}
