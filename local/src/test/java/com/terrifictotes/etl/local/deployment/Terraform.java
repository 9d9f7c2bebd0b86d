package com.terrifictotes.etl.local.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Terraform on a copy of {@code terraform/}, against an emulator, with nobody's credentials. */
final class Terraform {

    private static final List<String> LEFT_BEHIND = List.of(".terraform", ".terraform.lock.hcl", "backend.tf");

    private final Path folder;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> variables = new ArrayList<>();

    private Terraform(Path folder) {
        this.folder = folder;
    }

    /**
     * Copies the code and initialises the copy.
     *
     * @param project the project's root
     * @param work an existing folder
     * @param reasons is told why Terraform cannot be had
     */
    static Optional<Terraform> find(Path project, Path work, List<String> reasons)
            throws IOException, InterruptedException {
        Terraform terraform = new Terraform(work.resolve("terraform"));
        try {
            new ProcessBuilder("terraform", "version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            reasons.add("terraform is not installed: https://developer.hashicorp.com/terraform/install");
            return Optional.empty();
        }
        copy(project.resolve("terraform"), terraform.folder);
        String mirror = output(new ProcessBuilder(
                        project.resolve("bin").resolve("terraform-mirror").toString()))
                .strip();
        Outcome initialised = mirror.isEmpty()
                ? terraform.run("init", "-input=false", "-no-color")
                : terraform.run("init", "-input=false", "-no-color", "-plugin-dir=" + mirror);
        if (initialised.exit != 0) {
            reasons.add("Terraform's AWS provider cannot be had: " + errors(initialised.output));
            return Optional.empty();
        }
        return Optional.of(terraform);
    }

    /** What a command printed, both outputs, and what it ended with. */
    record Outcome(int exit, String output) {}

    /** Where AWS is, and the variables for all that follows. */
    void use(URI endpoint, Map<String, String> values) {
        environment.put("AWS_ENDPOINT_URL", endpoint.toString());
        values.forEach((name, value) -> variables.add("-var=" + name + "=" + value));
    }

    void apply() throws IOException, InterruptedException {
        succeed("apply", "-auto-approve");
    }

    void destroy() throws IOException, InterruptedException {
        succeed("destroy", "-auto-approve");
    }

    /** What is planned now; it ends with 0 if that is nothing, and with 2 if it is something. */
    Outcome plan() throws IOException, InterruptedException {
        return withVariables("plan", "-detailed-exitcode");
    }

    /** The outputs, by name. */
    Map<String, String> outputs() throws IOException, InterruptedException {
        Map<String, String> outputs = new TreeMap<>();
        Outcome outcome = run("output", "-json");
        JsonNode json = Json.tree(outcome.output.getBytes(StandardCharsets.UTF_8));
        json.properties()
                .forEach(output -> outputs.put(
                        output.getKey(), output.getValue().path("value").asText()));
        return outputs;
    }

    private void succeed(String... command) throws IOException, InterruptedException {
        Outcome outcome = withVariables(command);
        if (outcome.exit != 0) {
            throw new IOException("terraform " + command[0] + " failed: " + errors(outcome.output));
        }
    }

    private static String errors(String output) {
        int first = output.indexOf("Error: ");
        return first < 0 ? output : output.substring(first);
    }

    private Outcome withVariables(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(command));
        all.add("-input=false");
        all.add("-no-color");
        all.addAll(variables);
        return run(all.toArray(String[]::new));
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("terraform", "-chdir=" + folder));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> inherited = builder.environment();
        inherited.keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("TF_VAR_"));
        // A configuration file that is named but missing makes every command print a warning.
        String configuration = inherited.get("TF_CLI_CONFIG_FILE");
        if (configuration != null && !Files.exists(Path.of(configuration))) {
            inherited.remove("TF_CLI_CONFIG_FILE");
        }
        inherited.putAll(Map.of(
                "AWS_ACCESS_KEY_ID", AwsApi.ANYBODY,
                "AWS_SECRET_ACCESS_KEY", AwsApi.ANYBODY,
                "AWS_CONFIG_FILE", "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                "AWS_EC2_METADATA_DISABLED", "true",
                "CHECKPOINT_DISABLE", "1",
                "TF_IN_AUTOMATION", "1"));
        inherited.putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    private static String output(ProcessBuilder builder) throws IOException {
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path relative = from.relativize(file);
                if (LEFT_BEHIND.stream().noneMatch(relative::startsWith)
                        && !file.getFileName().toString().contains(".tfstate")) {
                    Files.copy(file, to.resolve(relative));
                }
            }
        }
    }
}
