package com.terrifictotes.etl.local.deployment;

import com.terrifictotes.etl.testsupport.TestRole;
import com.terrifictotes.etl.testsupport.TestServers;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An AWS that costs nothing: the one that AWS_ENDPOINT_URL names, if Terraform can use it; or moto with what it lacks, see
 * {@code terraform/tests/emulator.py}; or LocalStack.
 */
final class Emulator implements AutoCloseable {

    private static final String VARIABLE = "AWS_ENDPOINT_URL";
    private static final Path SCRIPT = Path.of("terraform", "tests", "emulator.py");

    /** LocalStack without an account has neither budgets nor Glue, and its functions run on this machine's processor. */
    private static final Map<String, String> WITHIN_LOCALSTACK = Map.of(
            "monthly_budget_usd",
            "0",
            "enable_lake",
            "false",
            "architecture",
            System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64");

    private final AwsApi api;
    private final Map<String, String> variables;
    private final @Nullable String whyNoFunctions;
    private final @Nullable FunctionRunner runner;
    private final @Nullable Process process;

    private Emulator(
            URI endpoint,
            Map<String, String> variables,
            @Nullable String whyNoFunctions,
            @Nullable FunctionRunner runner,
            @Nullable Process process) {
        this.api = new AwsApi(endpoint);
        this.variables = Map.copyOf(variables);
        this.whyNoFunctions = whyNoFunctions;
        this.runner = runner;
        this.process = process;
    }

    /**
     * Finds or starts one.
     *
     * @param project the project's root
     * @param folder an existing folder for logs
     * @param reasons is told why each kind that was tried is not there
     */
    static Optional<Emulator> find(Path project, Path folder, List<String> reasons)
            throws IOException, InterruptedException {
        String named = System.getenv(VARIABLE);
        if (named != null && !named.isEmpty()) {
            URI endpoint = URI.create(named);
            AwsApi api = new AwsApi(endpoint);
            if (!answers(api, reasons)) {
                return Optional.empty();
            }
            if (fitsTerraform(api)) {
                return Optional.of(given(api));
            }
        }
        Optional<Emulator> moto = moto(project, folder, reasons);
        return moto.isPresent() ? moto : localStack(reasons);
    }

    private static boolean answers(AwsApi api, List<String> reasons) throws InterruptedException {
        try {
            api.query("sts", "Action=GetCallerIdentity&Version=2011-06-15");
            return true;
        } catch (IOException e) {
            reasons.add(VARIABLE + " is " + api.endpoint() + ", which does not answer as AWS does: " + e);
            return false;
        }
    }

    /** Moto alone does not: it lacks this call and others that Terraform's AWS provider makes. */
    private static boolean fitsTerraform(AwsApi api) throws InterruptedException {
        try {
            api.call(
                    "states",
                    "AWSStepFunctions.ValidateStateMachineDefinition",
                    Map.of("definition", "{\"StartAt\": \"End\", \"States\": {\"End\": {\"Type\": \"Succeed\"}}}"));
            return true;
        } catch (IOException e) {
            System.out.println(VARIABLE + " is " + api.endpoint()
                    + ", which lacks calls that Terraform's AWS provider makes, so another emulator is started: "
                    + e.getMessage());
            return false;
        }
    }

    private static Emulator given(AwsApi api) throws InterruptedException {
        try {
            api.get("s3", "/_localstack/health");
        } catch (IOException e) {
            System.out.println("AWS is " + api.endpoint() + ", as " + VARIABLE + " says.");
            return new Emulator(api.endpoint(), Map.of(), null, null, null);
        }
        System.out.println("AWS is the LocalStack at " + api.endpoint() + ", as " + VARIABLE + " says.");
        return new Emulator(
                api.endpoint(),
                WITHIN_LOCALSTACK,
                "the functions of a LocalStack run in containers, from which a database on this machine cannot be reached;"
                        + " without " + VARIABLE + ", a LocalStack is started beside its databases",
                null,
                null);
    }

    private static Optional<Emulator> moto(Path project, Path folder, List<String> reasons)
            throws IOException, InterruptedException {
        if (!System.getProperty("os.name").equals("Linux")) {
            reasons.add("moto was not tried: AWS's Java runtime client, which runs the functions there, needs Linux");
            return Optional.empty();
        }
        FunctionRunner runner = FunctionRunner.start(project, folder);
        for (String python : interpreters()) {
            Path log = folder.resolve("emulator.log");
            ProcessBuilder builder = new ProcessBuilder(
                            python,
                            project.resolve(SCRIPT).toString(),
                            runner.address().toString())
                    .redirectError(log.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
            Process process = builder.start();
            // Not closed: the script writes to it as long as it runs.
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String address = output.readLine();
            if (address != null) {
                System.out.println("AWS is moto at " + address + ", run by " + python + ".");
                return Optional.of(new Emulator(URI.create(address), Map.of(), null, runner, process));
            }
            process.waitFor();
            reasons.add(python + ": " + lastLine(log));
        }
        if (interpreters().isEmpty()) {
            reasons.add("no python3 is on the PATH, so moto cannot be run");
        }
        runner.close();
        return Optional.empty();
    }

    /** The python3 on the path; or that of moto_server, which may be installed with one of its own. */
    private static List<String> interpreters() throws IOException {
        List<String> found = new ArrayList<>();
        onPath("python3").ifPresent(python -> found.add(python.toString()));
        Optional<Path> server = onPath("moto_server");
        if (server.isPresent()) {
            try (Stream<String> lines = Files.lines(server.get(), StandardCharsets.UTF_8)) {
                lines.findFirst()
                        .filter(line -> line.matches("#!\\S*python\\S*"))
                        .ifPresent(line -> found.add(line.substring(2)));
            }
        }
        return found;
    }

    private static Optional<Path> onPath(String program) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.isEmpty() ? "ended without a word" : lines.getLast();
    }

    private static Optional<Emulator> localStack(List<String> reasons) {
        Optional<TestServers> servers = TestServers.sharedInContainers();
        if (servers.isEmpty()) {
            reasons.add("Docker is not there, so LocalStack cannot be run");
        }
        return servers.map(containers -> {
            System.out.println("AWS is LocalStack at " + containers.endpoint() + ", in Docker.");
            return new Emulator(containers.endpoint(), WITHIN_LOCALSTACK, null, null, null);
        });
    }

    AwsApi api() {
        return api;
    }

    /** What of the stack must be left out or altered there, as Terraform's variables. */
    Map<String, String> variables() {
        return variables;
    }

    /** Why functions cannot do their work there; empty if they can. */
    Optional<String> whyNoFunctions() {
        return Optional.ofNullable(whyNoFunctions);
    }

    /** Who runs the functions; empty if the emulator itself does. */
    Optional<FunctionRunner> runner() {
        return Optional.ofNullable(runner);
    }

    /** Whether it is there when the test is over, with all that was made in it. */
    boolean outlivesUs() {
        return process == null;
    }

    /** The secret by which the functions reach a database of {@link TestServers}. */
    String secretOf(TestRole role) {
        return TestServers.shared().seenByFunctions(role).secretJson();
    }

    @Override
    public void close() {
        try {
            if (process != null) {
                process.getOutputStream().close();
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } finally {
            if (runner != null) {
                runner.close();
            }
        }
    }
}
