package com.terrifictotes.etl.local.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.terrifictotes.etl.common.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** What Terraform would deploy: the plan of a run in {@code terraform/tests/deployment.tftest.hcl}. */
final class DeploymentPlan {

    /** What {@code bin/check-terraform} ends with where there is no Terraform, or no AWS provider for it. */
    private static final int LEFT_OUT = 3;

    /** By run. One call of Terraform makes them all and takes long, so tests share them. */
    private static final Map<String, DeploymentPlan> MADE = new HashMap<>();

    private final List<JsonNode> resources;

    private DeploymentPlan(List<JsonNode> resources) {
        this.resources = List.copyOf(resources);
    }

    /** With nothing but the variables that have no default, in environment {@code test}. */
    static DeploymentPlan make() throws IOException, InterruptedException {
        return make("defaults");
    }

    /**
     * The plan of a run; whoever asks for it is left out, with the reason, where there can be none.
     *
     * @param run its name, which says with which variables
     */
    static synchronized DeploymentPlan make(String run) throws IOException, InterruptedException {
        if (MADE.isEmpty()) {
            makeAll();
        }
        DeploymentPlan plan = MADE.get(run);
        if (plan == null) {
            throw new IOException("no plan of run \"" + run + "\"; there are those of " + MADE.keySet());
        }
        return plan;
    }

    private static void makeAll() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of("..", "bin", "check-terraform").toString(), "plan")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("terraform does not end");
        }
        if (process.exitValue() == LEFT_OUT) {
            Assumptions.abort("bin/check-terraform cannot make a plan here, and has said why");
        }
        if (process.exitValue() != 0) {
            throw new IOException("terraform failed: " + output);
        }
        for (String line : output.lines().toList()) {
            JsonNode event = Json.tree(line.getBytes(StandardCharsets.UTF_8));
            if (event.has("test_plan")) {
                MADE.put(
                        event.path("@testrun").asText(),
                        new DeploymentPlan(event.path("test_plan")
                                .path("resource_changes")
                                .valueStream()
                                .toList()));
            }
        }
    }

    /** What the names of everything in it begin with. */
    String name() {
        return resources("aws_sfn_state_machine").getFirst().path("name").asText();
    }

    /** The planned resources of a type. */
    List<JsonNode> resources(String type) {
        return resources.stream()
                .filter(resource -> resource.path("type").asText().equals(type))
                .map(resource -> resource.path("change").path("after"))
                .toList();
    }
}
