package com.terrifictotes.etl.local;

import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs {@code totesys} in this process, against the test servers, and keeps what it prints. */
public final class CommandRuns implements BeforeEachCallback, AfterEachCallback {

    private static final Map<String, String> AWS_SETTINGS = Map.of(
            "aws.region",
            "eu-west-2",
            "aws.accessKeyId",
            "test",
            "aws.secretAccessKey",
            "test",
            "aws.endpointUrl",
            TestServers.shared().endpoint().toString());

    private final StringWriter output = new StringWriter();
    private final StringWriter error = new StringWriter();

    @Override
    public void beforeEach(ExtensionContext context) {
        AWS_SETTINGS.forEach(System::setProperty);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        AWS_SETTINGS.keySet().forEach(System::clearProperty);
    }

    /** Runs it and gives its exit code. */
    public int run(String... arguments) {
        return TotesysCommand.commandLine()
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(error, true))
                .execute(arguments);
    }

    /** What was printed since the last {@link #forget}. */
    public String output() {
        return output.toString();
    }

    /** What was printed as an error since the last {@link #forget}. */
    public String error() {
        return error.toString();
    }

    /** Forgets what was printed. */
    public void forget() {
        output.getBuffer().setLength(0);
        error.getBuffer().setLength(0);
    }

    /** A role as psql takes it. */
    public static String url(TestRole role) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(role.username(), role.password(), role.host(), role.port(), role.database());
    }
}
